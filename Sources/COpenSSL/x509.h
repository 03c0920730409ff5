// Wrappers for the macros of x509.h, x509v3.h, pem.h and evp.h. Same rules as shim.h, which includes this page.
#ifndef SSLPROBE_X509_H
#define SSLPROBE_X509_H

static inline int probe_sk_X509_num(const STACK_OF(X509) *s) { return sk_X509_num(s); }
static inline X509 *probe_sk_X509_value(const STACK_OF(X509) *s, int i) { return sk_X509_value(s, i); }
static inline void probe_sk_X509_free(STACK_OF(X509) *s) { sk_X509_pop_free(s, X509_free); }

#endif
