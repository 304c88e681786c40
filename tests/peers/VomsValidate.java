// Asks the VOMS Java library for its verdict on a proxy: one line an attribute certificate.
//
//     java -cp voms-api-java.jar:canl.jar:bcprov.jar:bcpkix.jar:bcutil.jar VomsValidate.java PROXY VOMSDIR CADIR

import eu.emi.security.authn.x509.CrlCheckingMode;
import eu.emi.security.authn.x509.NamespaceCheckingMode;
import eu.emi.security.authn.x509.OCSPCheckingMode;
import eu.emi.security.authn.x509.X509CertChainValidatorExt;
import eu.emi.security.authn.x509.impl.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import org.italiangrid.voms.VOMSValidators;
import org.italiangrid.voms.ac.VOMSACValidator;
import org.italiangrid.voms.ac.VOMSValidationResult;
import org.italiangrid.voms.store.VOMSTrustStore;
import org.italiangrid.voms.store.VOMSTrustStores;
import org.italiangrid.voms.util.CertificateValidatorBuilder;

public class VomsValidate {
  public static void main(String[] arguments) throws Exception {
    CertificateUtils.configureSecProvider();
    // Without the key, which stands between the certificates.
    String text = Files.readString(Path.of(arguments[0]));
    text = text.replaceAll("(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?PRIVATE KEY-----\n", "");
    X509Certificate[] chain =
        CertificateUtils.loadCertificateChain(
            new ByteArrayInputStream(text.getBytes()), CertificateUtils.Encoding.PEM);
    VOMSTrustStore servers = VOMSTrustStores.newTrustStore(Arrays.asList(arguments[1]));
    X509CertChainValidatorExt certificates =
        new CertificateValidatorBuilder()
            .trustAnchorsDir(arguments[2])
            .crlChecks(CrlCheckingMode.IGNORE)
            .namespaceChecks(NamespaceCheckingMode.IGNORE)
            .ocspChecks(OCSPCheckingMode.IGNORE)
            .build();
    VOMSACValidator validator = VOMSValidators.newValidator(servers, certificates);
    List<VOMSValidationResult> results = validator.validateWithResult(chain);
    for (VOMSValidationResult result : results) {
      System.out.println(result.isValid() ? "valid" : "invalid " + result.getValidationErrors());
    }
    if (results.isEmpty()) {
      System.out.println("none");
    }
    System.exit(0);
  }
}
