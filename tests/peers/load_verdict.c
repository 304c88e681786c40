/* Whether OpenSSL's library loads a file, as Python, XRootD, Globus and curl ask it.
 *
 * Reads lines `Certificate PATH`, `Key PATH`, `List PATH`; answers each with `good`, `unusable` (a
 * certificate with an extension that makes every check fail) or `refused`, and OpenSSL's reason.
 *
 *     cc -o load_verdict load_verdict.c -lcrypto
 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

static int passphrase(char *to, int size, int writing, void *unused) {
    static const char word[] = "correct horse";
    (void)writing, (void)unused;
    if (size < (int)sizeof word) return -1;
    memcpy(to, word, sizeof word - 1);
    return sizeof word - 1;
}

int main(void) {
    static char line[8192], reason[256];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        char *path = strchr(line, ' ');
        if (!path) return 1;
        *path++ = 0;
        ERR_clear_error();
        BIO *in = BIO_new_file(path, "rb");
        const char *answer = "refused";
        if (!strcmp(line, "Certificate")) {
            X509 *found = PEM_read_bio_X509(in, NULL, passphrase, NULL);
            /* That of Python and curl also takes a TRUSTED CERTIFICATE. */
            if (!found && BIO_reset(in) == 0) found = PEM_read_bio_X509_AUX(in, NULL, passphrase, NULL);
            if (found)
                answer = X509_get_extension_flags(found) & EXFLAG_INVALID ? "unusable" : "good";
            X509_free(found);
        } else if (!strcmp(line, "Key")) {
            EVP_PKEY *found = PEM_read_bio_PrivateKey(in, NULL, passphrase, NULL);
            if (found) answer = "good";
            EVP_PKEY_free(found);
        } else if (!strcmp(line, "Pkcs12")) {
            PKCS12 *found = d2i_PKCS12_bio(in, NULL);
            if (found) answer = "good";
            PKCS12_free(found);
        } else if (!strcmp(line, "Pkcs7")) {
            PKCS7 *found = PEM_read_bio_PKCS7(in, NULL, passphrase, NULL);
            if (found) answer = "good";
            PKCS7_free(found);
        } else {
            X509_CRL *found = PEM_read_bio_X509_CRL(in, NULL, passphrase, NULL);
            if (found) answer = "good";
            X509_CRL_free(found);
        }
        BIO_free(in);
        *reason = 0;
        if (*answer != 'g') ERR_error_string_n(ERR_peek_error(), reason, sizeof reason);
        printf("%s %s\n", answer, reason);
    }
    return 0;
}
