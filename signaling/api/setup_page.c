#include "signaling/api/setup_page.h"

#include "signaling/signaling_server.h"

#include <glib.h>
#include <string.h>

static const char page_head[] =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Set up this device for Bedside</title>\n<style>\n"
    "body{font:1.125rem/1.6 system-ui,sans-serif;max-width:40rem;margin:0 "
    "auto;padding:1.5rem;color:#1b2b34;"
    "background:#fbfaf7}\n"
    "h1{font-size:1.75rem;line-height:1.25}h2{font-size:1.25rem;margin-top:2.5rem}\n"
    "a.button{display:inline-block;padding:.9rem "
    "1.5rem;border-radius:.5rem;background:#0b5d66;color:#fff;"
    "text-decoration:none;font-weight:600}\n"
    "a.button:focus-visible,summary:focus-visible{outline:3px solid #b35c00;outline-offset:3px}\n"
    "details{border-top:1px solid #cfd6d4;padding:.75rem "
    "0}summary{font-weight:600;min-height:2.75rem;cursor:pointer}\n"
    ".note{background:#fff;border:1px solid #cfd6d4;border-radius:.5rem;padding:1rem}\n"
    "@media "
    "(prefers-color-scheme:dark){body{background:#13201f;color:#e8efee}.note{background:#1b2b2a}}\n"
    "</style>\n</head>\n<body>\n<main>\n"
    "<h1>Set up this device</h1>\n"
    "<p>This is a trial of Bedside. A tablet gives its camera only to a page whose certificate it "
    "trusts, so this trial's "
    "own certificate authority has to be added once. On a test device this takes two minutes.</p>\n"
    "<p class=\"note\">Do this on test devices only, and remove it afterwards. A real installation "
    "has a certificate from "
    "a public authority and needs none of this.</p>\n";

static const char page_steps[] =
    "<details open><summary>iPad and iPhone</summary>\n"
    "<p><a class=\"button\" href=\"/bedside-development-ca.mobileconfig\">Download the "
    "profile</a></p>\n"
    "<ol><li>Open this page in Safari and press the button. Allow the download.</li>\n"
    "<li>Open <b>Settings</b>. Near the top stands <b>Profile Downloaded</b>: press it, then "
    "<b>Install</b>.</li>\n"
    "<li>In <b>Settings</b>, open <b>General</b>, <b>About</b>, <b>Certificate Trust Settings</b>, "
    "and switch on "
    "<b>Bedside development</b>.</li></ol></details>\n"
    "<details><summary>Android</summary>\n"
    "<p><a class=\"button\" href=\"/bedside-development-ca.crt\">Download the certificate</a></p>\n"
    "<ol><li>Press the button.</li><li>Open <b>Settings</b>, <b>Security and privacy</b>, <b>More "
    "security settings</b>, "
    "<b>Encryption and credentials</b>, <b>Install a certificate</b>, <b>CA certificate</b>. The "
    "names differ a little from "
    "maker to maker.</li><li>Choose <b>Install anyway</b> and the file that you "
    "downloaded.</li></ol></details>\n"
    "<details><summary>Mac</summary>\n"
    "<p><a class=\"button\" href=\"/bedside-development-ca.crt\">Download the certificate</a></p>\n"
    "<ol><li>Open the file. Keychain Access asks where to put it: choose <b>login</b>.</li>\n"
    "<li>Find <b>Bedside development</b>, open it, and under <b>Trust</b> choose <b>Always "
    "Trust</b>.</li></ol></details>\n"
    "<details><summary>Windows</summary>\n"
    "<p><a class=\"button\" href=\"/bedside-development-ca.crt\">Download the certificate</a></p>\n"
    "<ol><li>Open the file and choose <b>Install Certificate</b>, <b>Current User</b>.</li>\n"
    "<li>Choose <b>Place all certificates in the following store</b>, <b>Trusted Root "
    "Certification "
    "Authorities</b>.</li></ol></details>\n"
    "<details><summary>Firefox on a computer</summary>\n"
    "<p><a class=\"button\" href=\"/bedside-development-ca.crt\">Download the certificate</a></p>\n"
    "<ol><li>Open <b>Settings</b>, <b>Privacy &amp; Security</b>, <b>View Certificates</b>, "
    "<b>Authorities</b>, "
    "<b>Import</b>.</li><li>Choose the file and tick <b>Trust this CA to identify "
    "websites</b>.</li></ol></details>\n";

/* The page has its styles within, and nothing else: it says so itself. */
static const char page_policy[] =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

void setup_page_show(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters)
{
    (void)parameters;
    GString *page = g_string_new(page_head);
    g_string_append(page, page_steps);
    if (api->config->public_origin_count > 0) {
        g_autofree char *origin = g_markup_escape_text(api->config->public_origins[0], -1);
        g_string_append_printf(page,
                               "<h2>Then</h2>\n<p>Open your join link, or <a href=\"%s\">the start "
                               "page</a>. If the browser "
                               "still warns, the certificate is not trusted yet.</p>\n",
                               origin);
    }
    g_string_append(page, "</main>\n</body>\n</html>\n");
    http_exchange_set_content_policy(exchange, page_policy);
    http_exchange_reply(exchange, 200, "text/html; charset=utf-8", page->str, page->len);
    g_string_free(page, TRUE);
}

void setup_page_show_authority(struct api *api, struct http_exchange *exchange,
                               const struct api_parameters *parameters)
{
    (void)parameters;
    if (!api->authority) {
        http_exchange_fail(exchange, 404, "not_found", "There is no development authority here.",
                           NULL);
        return;
    }
    http_exchange_add_header(exchange, "Content-Disposition",
                             "attachment; filename=\"bedside-development-ca.crt\"");
    http_exchange_reply(exchange, 200, "application/x-x509-ca-cert", api->authority,
                        strlen(api->authority));
}

/* The base64 between the PEM's lines. Owned: g_free(); NULL when it is no PEM. */
static char *pem_body(const char *pem)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----";
    const char *start = strstr(pem, begin);
    const char *end = start ? strstr(start, "-----END CERTIFICATE-----") : NULL;
    if (!end) {
        return NULL;
    }
    GString *body = g_string_new(NULL);
    for (const char *c = start + sizeof(begin) - 1; c < end; c++) {
        if (g_ascii_isalnum(*c) || strchr("+/=", *c)) {
            g_string_append_c(body, *c);
        }
    }
    return g_string_free(body, FALSE);
}

/* Apple's configuration profile with one root certificate. The ids are constant, so that a second
 * download replaces the first. */
void setup_page_show_profile(struct api *api, struct http_exchange *exchange,
                             const struct api_parameters *parameters)
{
    (void)parameters;
    g_autofree char *body = api->authority ? pem_body(api->authority) : NULL;
    if (!body) {
        http_exchange_fail(exchange, 404, "not_found", "There is no development authority here.",
                           NULL);
        return;
    }
    g_autofree char *profile = g_strdup_printf(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
        "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
        "<plist version=\"1.0\"><dict>\n"
        "<key>PayloadContent</key><array><dict>\n"
        "<key>PayloadCertificateFileName</key><string>bedside-development-ca.crt</string>\n"
        "<key>PayloadContent</key><data>%s</data>\n"
        "<key>PayloadDisplayName</key><string>Bedside development</string>\n"
        "<key>PayloadIdentifier</key><string>bedside.development.authority</string>\n"
        "<key>PayloadType</key><string>com.apple.security.root</string>\n"
        "<key>PayloadUUID</key><string>5C3E6F0A-7C1B-4F39-9C55-6B0B3E1D5A01</string>\n"
        "<key>PayloadVersion</key><integer>1</integer>\n"
        "</dict></array>\n"
        "<key>PayloadDisplayName</key><string>Bedside development</string>\n"
        "<key>PayloadIdentifier</key><string>bedside.development</string>\n"
        "<key>PayloadRemovalDisallowed</key><false/>\n"
        "<key>PayloadType</key><string>Configuration</string>\n"
        "<key>PayloadUUID</key><string>5C3E6F0A-7C1B-4F39-9C55-6B0B3E1D5A02</string>\n"
        "<key>PayloadVersion</key><integer>1</integer>\n"
        "</dict></plist>\n",
        body);
    http_exchange_reply(exchange, 200, "application/x-apple-aspen-config", profile,
                        strlen(profile));
}
