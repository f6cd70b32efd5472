#include "certs/tls_files.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define FILE_BYTES_MAX (1024 * 1024)
#define RSA_BITS_MIN 2048
#define EC_BITS_MIN 256

struct tls_files {
    X509 *certificate;
    EVP_PKEY *key;
    int64_t not_before_ms;
    int64_t not_after_ms;
};

struct complaint {
    char *text;
    size_t size;
};

static int complain(const struct complaint *complaint, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int complain(const struct complaint *complaint, int error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(complaint->text, complaint->size, format, arguments);
    va_end(arguments);
    ERR_clear_error();
    return error;
}

static int64_t milliseconds_of(const ASN1_TIME *time)
{
    struct tm utc;
    return ASN1_TIME_to_tm(time, &utc) == 1 ? (int64_t)timegm(&utc) * 1000 : 0;
}

static void write_day(int64_t wall_ms, char ret_day[32])
{
    const time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    strftime(ret_day, 32, "%Y-%m-%d %H:%M UTC", &utc);
}

/* Opens a regular file of sensible size for reading, and says how it is protected. */
static int open_file(const char *what, const char *path, const struct complaint *complaint,
                     mode_t *ret_mode, BIO **ret_file)
{
    struct stat status;
    FILE *stream = fopen(path, "rce");
    if (!stream || fstat(fileno(stream), &status) < 0) {
        const int error = errno;
        if (stream) {
            fclose(stream);
        }
        return complain(complaint, -error, "cannot open the %s file %s: %s", what, path,
                        strerror(error));
    }
    if (!S_ISREG(status.st_mode) || status.st_size > FILE_BYTES_MAX) {
        fclose(stream);
        return complain(complaint, -EBADMSG, "the %s file %s is not a PEM file of sensible size",
                        what, path);
    }
    BIO *file = BIO_new_fp(stream, BIO_CLOSE);
    if (!file) {
        abort();
    }
    *ret_mode = status.st_mode;
    *ret_file = file;
    return 0;
}

/* ---- the two files ---- */

static int load_certificate(struct tls_files *files, const char *path,
                            const struct complaint *complaint)
{
    mode_t mode;
    BIO *file;
    const int result = open_file("certificate", path, complaint, &mode, &file);
    if (result < 0) {
        return result;
    }
    files->certificate = PEM_read_bio_X509(file, NULL, NULL, NULL);
    X509 *next = files->certificate;
    size_t chain_length = 0;
    while (next) {
        chain_length++;
        next = PEM_read_bio_X509(file, NULL, NULL, NULL);
        X509_free(next);
    }
    /* The end of the file is told apart from a damaged certificate by its reason. */
    const unsigned long last = ERR_peek_last_error();
    const bool at_end = ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    BIO_free(file);
    if (!files->certificate) {
        return complain(complaint, -EBADMSG,
                        at_end ? "the certificate file %s holds no PEM certificate "
                                 "(-----BEGIN CERTIFICATE-----)"
                               : "the first certificate in %s is damaged",
                        path);
    }
    if (!at_end) {
        return complain(complaint, -EBADMSG, "certificate number %zu in %s is damaged",
                        chain_length + 1, path);
    }
    ERR_clear_error();
    files->not_before_ms = milliseconds_of(X509_get0_notBefore(files->certificate));
    files->not_after_ms = milliseconds_of(X509_get0_notAfter(files->certificate));
    return 0;
}

/* Nobody sits at the gateway to type a pass phrase. */
static int refuse_pass_phrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    *(bool *)context = true;
    return -1;
}

static int load_key(struct tls_files *files, const char *path, const struct complaint *complaint)
{
    mode_t mode;
    BIO *file;
    const int result = open_file("private key", path, complaint, &mode, &file);
    if (result < 0) {
        return result;
    }
    bool is_encrypted = false;
    files->key = PEM_read_bio_PrivateKey(file, NULL, refuse_pass_phrase, &is_encrypted);
    BIO_free(file);
    if (is_encrypted) {
        return complain(complaint, -EBADMSG,
                        "the private key in %s is encrypted; the gateway needs it without a pass "
                        "phrase, in a file that only its user may read",
                        path);
    }
    if (!files->key) {
        return complain(complaint, -EBADMSG, "the private key file %s holds no PEM private key",
                        path);
    }
    if (mode & (S_IROTH | S_IWOTH | S_IWGRP)) {
        return complain(complaint, -EPERM,
                        "the private key file %s has mode %03o: everybody, or a group, may read or "
                        "change it; use chmod 600 (or 640)",
                        path, (unsigned)(mode & 0777));
    }
    return 0;
}

/* ---- what they must be to each other and to browsers ---- */

static int check_key(const struct tls_files *files, const char *certificate_path,
                     const char *key_path, const struct complaint *complaint)
{
    if (X509_check_private_key(files->certificate, files->key) != 1) {
        return complain(complaint, -EKEYREJECTED,
                        "the private key in %s does not belong to the first certificate in %s",
                        key_path, certificate_path);
    }
    const int bits = EVP_PKEY_get_bits(files->key);
    const bool is_rsa = EVP_PKEY_is_a(files->key, "RSA");
    if (bits < (is_rsa ? RSA_BITS_MIN : EC_BITS_MIN)) {
        return complain(complaint, -EKEYREJECTED,
                        "the private key in %s has %d bits; browsers want at least %d", key_path,
                        bits, is_rsa ? RSA_BITS_MIN : EC_BITS_MIN);
    }
    return 0;
}

static int check_validity(const struct tls_files *files, const char *path, int64_t wall_ms,
                          const struct complaint *complaint)
{
    char day[32];
    if (wall_ms >= files->not_after_ms) {
        write_day(files->not_after_ms, day);
        return complain(complaint, -EKEYEXPIRED, "the certificate in %s ended at %s", path, day);
    }
    if (wall_ms < files->not_before_ms) {
        write_day(files->not_before_ms, day);
        return complain(complaint, -EKEYEXPIRED,
                        "the certificate in %s begins only at %s; is this machine's clock right?",
                        path, day);
    }
    return 0;
}

/* ---- public ---- */

int tls_files_load(const char *certificate_path, const char *private_key_path, int64_t wall_ms,
                   struct tls_files **ret_files, char *ret_error, size_t error_size)
{
    const struct complaint complaint = {.text = ret_error, .size = error_size};
    AUTO(tls_files) files = allocate_zeroed(1, sizeof(*files));
    ERR_clear_error();
    int result = load_certificate(files, certificate_path, &complaint);
    if (result == 0) {
        result = load_key(files, private_key_path, &complaint);
    }
    if (result == 0) {
        result = check_key(files, certificate_path, private_key_path, &complaint);
    }
    if (result == 0) {
        result = check_validity(files, certificate_path, wall_ms, &complaint);
    }
    if (result == 0) {
        *ret_files = TAKE(files);
    }
    return result;
}

struct tls_files *tls_files_destroy(struct tls_files *files)
{
    if (files) {
        X509_free(files->certificate);
        EVP_PKEY_free(files->key);
        free(files);
    }
    return NULL;
}

bool tls_files_covers(const struct tls_files *files, const char *host)
{
    return X509_check_ip_asc(files->certificate, host, 0) == 1 ||
           X509_check_host(files->certificate, host, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                           NULL) == 1;
}
