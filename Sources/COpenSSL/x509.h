// Wrappers for the macros of x509.h, x509v3.h, pem.h, evp.h, ec.h and rsa.h. Same rules as shim.h, which includes this page.
#ifndef SSLPROBE_X509_H
#define SSLPROBE_X509_H

static inline int probe_sk_X509_num(const STACK_OF(X509) *s) { return sk_X509_num(s); }
static inline X509 *probe_sk_X509_value(const STACK_OF(X509) *s, int i) { return sk_X509_value(s, i); }
static inline void probe_sk_X509_free(STACK_OF(X509) *s) { sk_X509_pop_free(s, X509_free); }

// Variadic calls underneath.

static inline EVP_PKEY *probe_EVP_EC_gen(const char *curve) { return EVP_EC_gen(curve); }
static inline EVP_PKEY *probe_EVP_RSA_gen(unsigned int bits) { return EVP_RSA_gen(bits); }

#endif
