#include "gateway/notifications/mail_sender.h"

#include <curl/curl.h>
#include <string.h>

#define TIMEOUT_SECONDS 60L
#define CONNECT_TIMEOUT_SECONDS 15L

struct reading {
    const char *at;
    size_t left;
};

static size_t read_message(char *buffer, size_t unit, size_t count, void *context)
{
    struct reading *reading = context;
    const size_t room = unit * count;
    const size_t taken = reading->left < room ? reading->left : room;
    memcpy(buffer, reading->at, taken);
    reading->at += taken;
    reading->left -= taken;
    return taken;
}

static int look_whether_to_stop(void *context, curl_off_t down, curl_off_t down_now, curl_off_t up,
                                curl_off_t up_now)
{
    (void)down, (void)down_now, (void)up, (void)up_now;
    const atomic_bool *stop = context;
    return atomic_load(stop);
}

static void set_server(CURL *easy, const struct mail_server *server)
{
    curl_easy_setopt(easy, CURLOPT_URL, server->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, TIMEOUT_SECONDS);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_SECONDS);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     (long)(server->without_tls ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (server->authority_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, server->authority_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    if (server->user[0]) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, server->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, server->password);
    }
}

/* RFC 5321, 4.2.1: 5yz is a no for good, all else may be better later. Only what is said about the
 * recipient counts as one: a server that refuses us refuses everybody, and will be mended. */
static enum notification_outcome outcome_of(CURLcode code, long reply, const char **ret_code)
{
    switch (code) {
    case CURLE_OK:
        *ret_code = "";
        return NOTIFICATION_DELIVERED;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        *ret_code = reply == 0 ? "connection_lost" : "address_refused";
        return reply >= 550 && reply <= 553 ? NOTIFICATION_REFUSED : NOTIFICATION_DELAYED;
    case CURLE_LOGIN_DENIED:
        *ret_code = "login_denied";
        break;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
        *ret_code = "server_not_reached";
        break;
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK:
        *ret_code = "timed_out";
        break;
    case CURLE_USE_SSL_FAILED:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
        *ret_code = "tls_failed";
        break;
    default:
        *ret_code = "server_refused";
        break;
    }
    return NOTIFICATION_DELAYED;
}

enum notification_outcome mail_sender_send(const struct mail_server *server, const char *from,
                                           const char *to, const char *message,
                                           const atomic_bool *stop, const char **ret_code)
{
    struct reading reading = {message, strlen(message)};
    long reply = 0;
    CURL *easy = curl_easy_init();
    struct curl_slist *recipients = curl_slist_append(NULL, to);
    if (!easy || !recipients) {
        abort();
    }
    set_server(easy, server);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, read_message);
    curl_easy_setopt(easy, CURLOPT_READDATA, &reading);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, look_whether_to_stop);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, (void *)stop);
    const CURLcode code = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply);
    curl_slist_free_all(recipients);
    curl_easy_cleanup(easy);
    return outcome_of(code, reply, ret_code);
}
