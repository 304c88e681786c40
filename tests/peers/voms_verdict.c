/* Asks the VOMS C library for its verdict on a proxy: `valid`, `none`, or why not.
 *
 *     cc voms_verdict.c -I/usr/include/voms -lvomsapi -lcrypto -o voms_verdict
 *     voms_verdict PROXY VOMSDIR CADIR
 */
#include <openssl/pem.h>
#include <stdio.h>
#include <voms_apic.h>

int main(int count, char **words)
{
  if (count != 4)
    return 2;
  BIO *file = BIO_new_file(words[1], "r");
  X509 *leaf = file ? PEM_read_bio_X509(file, NULL, NULL, NULL) : NULL;
  STACK_OF(X509) *chain = sk_X509_new_null();
  X509 *next;
  while (leaf && (next = PEM_read_bio_X509(file, NULL, NULL, NULL)))
    sk_X509_push(chain, next);
  struct vomsdata *data = VOMS_Init(words[2], words[3]);
  if (!leaf || !data)
    return 2;
  int error = 0;
  char text[1024] = "";
  if (VOMS_Retrieve(leaf, chain, RECURSE_CHAIN, data, &error))
    puts("valid");
  else if (error == VERR_NOEXT)
    puts("none");
  else
    printf("invalid %s\n", VOMS_ErrorMessage(data, error, text, sizeof text));
  return 0;
}
