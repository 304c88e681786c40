// Asks the VOMS Java library for its verdict on proxies: one line a proxy, `valid`, `none`, or why
// not.
//
//     javac -cp $CP VomsValidate.java && java -cp $CP:. VomsValidate VOMSDIR CADIR PROXY...

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
import org.italiangrid.voms.store.VOMSTrustStores;
import org.italiangrid.voms.util.CertificateValidatorBuilder;

public class VomsValidate {
  public static void main(String[] arguments) throws Exception {
    CertificateUtils.configureSecProvider();
    X509CertChainValidatorExt certificates =
        new CertificateValidatorBuilder()
            .trustAnchorsDir(arguments[1])
            .crlChecks(CrlCheckingMode.IGNORE)
            .namespaceChecks(NamespaceCheckingMode.IGNORE)
            .ocspChecks(OCSPCheckingMode.IGNORE)
            .build();
    VOMSACValidator validator =
        VOMSValidators.newValidator(
            VOMSTrustStores.newTrustStore(Arrays.asList(arguments[0])), certificates);
    for (int at = 2; at < arguments.length; at++) {
      System.out.println(Path.of(arguments[at]).getFileName() + " " + verdict(validator, arguments[at]));
    }
    System.exit(0);
  }

  private static String verdict(VOMSACValidator validator, String proxy) {
    try {
      // Without the key, which stands between the certificates.
      String text = Files.readString(Path.of(proxy));
      text = text.replaceAll("(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?PRIVATE KEY-----\n", "");
      X509Certificate[] chain =
          CertificateUtils.loadCertificateChain(
              new ByteArrayInputStream(text.getBytes()), CertificateUtils.Encoding.PEM);
      List<VOMSValidationResult> results = validator.validateWithResult(chain);
      if (results.isEmpty()) {
        return "none";
      }
      for (VOMSValidationResult result : results) {
        if (!result.isValid()) {
          return "invalid " + result.getValidationErrors().toString().replace('\n', ' ');
        }
      }
      return "valid";
    } catch (Exception | Error error) {
      return "failed " + error.toString().replace('\n', ' ');
    }
  }
}
