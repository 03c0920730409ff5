// Static inline wrappers for what Swift cannot import: function-like macros, cast constants and variadics.
// No other C belongs here. Every wrapper is named probe_ + the name of the macro it stands for.
#ifndef SSLPROBE_SHIM_H
#define SSLPROBE_SHIM_H

#include <errno.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "x509.h"

// Options: SSL_OP_* are cast macros.

static const uint64_t probe_SSL_OP_NO_TICKET = SSL_OP_NO_TICKET;
static const uint64_t probe_SSL_OP_NO_RENEGOTIATION = SSL_OP_NO_RENEGOTIATION;
static const uint64_t probe_SSL_OP_LEGACY_SERVER_CONNECT = SSL_OP_LEGACY_SERVER_CONNECT;
static const uint64_t probe_SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION = SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION;
static const uint64_t probe_SSL_OP_ALLOW_CLIENT_RENEGOTIATION = SSL_OP_ALLOW_CLIENT_RENEGOTIATION;
static const uint64_t probe_SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION = SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION;
static const uint64_t probe_SSL_OP_NO_ANTI_REPLAY = SSL_OP_NO_ANTI_REPLAY;
static const uint64_t probe_SSL_OP_ALLOW_NO_DHE_KEX = SSL_OP_ALLOW_NO_DHE_KEX;

// Context and connection settings.

static inline int probe_SSL_CTX_set_min_proto_version(SSL_CTX *c, int v) { return (int)SSL_CTX_set_min_proto_version(c, v); }
static inline int probe_SSL_CTX_set_max_proto_version(SSL_CTX *c, int v) { return (int)SSL_CTX_set_max_proto_version(c, v); }
static inline int probe_SSL_CTX_get_min_proto_version(SSL_CTX *c) { return (int)SSL_CTX_get_min_proto_version(c); }
static inline int probe_SSL_CTX_get_max_proto_version(SSL_CTX *c) { return (int)SSL_CTX_get_max_proto_version(c); }
static inline long probe_SSL_CTX_clear_mode(SSL_CTX *c, long m) { return SSL_CTX_clear_mode(c, m); }
static inline long probe_SSL_CTX_set_mode(SSL_CTX *c, long m) { return SSL_CTX_set_mode(c, m); }
static inline int probe_SSL_CTX_set1_groups_list(SSL_CTX *c, const char *s) { return (int)SSL_CTX_set1_groups_list(c, s); }
static inline int probe_SSL_CTX_set1_sigalgs_list(SSL_CTX *c, const char *s) { return (int)SSL_CTX_set1_sigalgs_list(c, s); }
static inline long probe_SSL_CTX_set_session_cache_mode(SSL_CTX *c, long m) { return SSL_CTX_set_session_cache_mode(c, m); }
static inline int probe_SSL_set_tlsext_host_name(SSL *s, const char *n) { return (int)SSL_set_tlsext_host_name(s, n); }

// What the tests of the source pages need beside.

static const uint64_t probe_SSL_OP_IGNORE_UNEXPECTED_EOF = SSL_OP_IGNORE_UNEXPECTED_EOF;
static const int probe_ERR_R_INTERNAL_ERROR = ERR_R_INTERNAL_ERROR;
static const int probe_ERR_R_PASSED_INVALID_ARGUMENT = ERR_R_PASSED_INVALID_ARGUMENT;
static const int probe_ERR_R_SHOULD_NOT_HAVE_BEEN_CALLED = ERR_R_SHOULD_NOT_HAVE_BEEN_CALLED;

// Deprecated, which Swift would warn of.
static inline const SSL_METHOD *probe_TLSv1_2_method(void) { return TLSv1_2_method(); }
static inline int probe_SSL_CTX_use_RSAPrivateKey_file(SSL_CTX *c, const char *f, int t) {
    return SSL_CTX_use_RSAPrivateKey_file(c, f, t);
}
static inline long probe_SSL_CTX_set_tlsext_servername_callback(SSL_CTX *c, int (*f)(SSL *, int *, void *)) {
    return SSL_CTX_set_tlsext_servername_callback(c, f);
}

// What was negotiated.

static inline int probe_SSL_get_extms_support(SSL *s) { return (int)SSL_get_extms_support(s); }
static inline int probe_SSL_get_secure_renegotiation_support(SSL *s) { return (int)SSL_get_secure_renegotiation_support(s); }

static inline long probe_SSL_num_renegotiations(SSL *s) { return SSL_num_renegotiations(s); }
static inline long probe_SSL_total_renegotiations(SSL *s) { return SSL_total_renegotiations(s); }

// OpenSSL 3.3 has these for times after 2038, and 3.4 deprecates the others.
#if OPENSSL_VERSION_NUMBER >= 0x30300000L
static inline int64_t probe_SSL_SESSION_get_time(const SSL_SESSION *s) { return SSL_SESSION_get_time_ex(s); }
static inline int64_t probe_SSL_SESSION_set_time(SSL_SESSION *s, int64_t t) { return SSL_SESSION_set_time_ex(s, t); }
#else
static inline int64_t probe_SSL_SESSION_get_time(const SSL_SESSION *s) { return SSL_SESSION_get_time(s); }
static inline int64_t probe_SSL_SESSION_set_time(SSL_SESSION *s, int64_t t) { return SSL_SESSION_set_time(s, (long)t); }
#endif

// BIOs in front of a connection.

static inline long probe_BIO_set_ssl(BIO *b, SSL *s, long c) { return BIO_set_ssl(b, s, c); }
static inline long probe_BIO_set_ssl_renegotiate_bytes(BIO *b, long n) { return BIO_set_ssl_renegotiate_bytes(b, n); }
static inline long probe_BIO_set_ssl_renegotiate_timeout(BIO *b, long n) { return BIO_set_ssl_renegotiate_timeout(b, n); }
static inline long probe_BIO_get_num_renegotiates(BIO *b) { return BIO_get_num_renegotiates(b); }
static inline int probe_BIO_flush(BIO *b) { return BIO_flush(b); }

// A parameter keeps the pointer to its name, and a Swift string gives one for the length of a call only.

static inline int probe_EVP_MAC_CTX_set_hmac_sha256(EVP_MAC_CTX *c, uint8_t *key, size_t count) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key, count),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(c, parameters);
}

// errno is a macro. It is read right after a call, before anything else can change it.

static inline int probe_errno(void) { return errno; }
static inline void probe_set_errno(int code) { errno = code; }

// Memory.

static inline void probe_OPENSSL_free(void *p) { OPENSSL_free(p); }

#endif
