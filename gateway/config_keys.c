#include "gateway/config_keys.h"

#include "gateway/config.h"

#define AT(field) .offset = offsetof(struct gateway_config, field)

static const char *const modes[] = {"production", "development", NULL};
static const char *const levels[] = {"debug", "info", "warning", "error", NULL};
static const char *const srtp_aeads[] = {"auto", "ipsec-mb", "openssl", NULL};
static const char *const sandboxes[] = {"required", "best-effort", NULL};
static const char *const mail_tls[] = {"required", "off", NULL};

static const struct config_key keys[] = {
    /* ---- gateway ---- */
    {"gateway", "mode", CONFIG_CHOICE, AT(gateway.mode), "production",
     "In development mode the gateway may hand out its development authority to tablets\n"
     "(http.setup_port). Never use it with real patients.",
     .choices = modes},
    {"gateway", "state_directory", CONFIG_PATH, AT(gateway.state_directory), "/var/lib/bedside",
     "Everything that must survive a restart. Paths that begin with @state/ lie in it.",
     .presence = CONFIG_NEVER_EMPTY},
    {"gateway", "organisation", CONFIG_TEXT, AT(gateway.organisation), "Example Hospital",
     "The name that patients read on every page.", .presence = CONFIG_REQUIRED},
    {"gateway", "support_phone", CONFIG_TEXT, AT(gateway.support_phone), "",
     "Shown to patients for whom something does not work; as people write it."},
    {"gateway", "log_level", CONFIG_CHOICE, AT(gateway.log_level), "info",
     "The least important lines that are written to standard error.", .choices = levels},
    /* ---- http ---- */
    {"http", "listen", CONFIG_ADDRESS, AT(http.listen), "127.0.0.1",
     "The address on which HTTPS and WebSocket are served. The default expects a reverse proxy on\n"
     "this machine; 0.0.0.0 or :: serve browsers directly."},
    {"http", "port", CONFIG_NUMBER, AT(http.port), "8443",
     "The TCP port of HTTPS and WebSocket; 0: the system chooses, as tests want it.", .least = 0,
     .most = 65535},
    {"http", "certificate", CONFIG_PATH, AT(http.certificate), "/etc/bedside/tls/fullchain.pem",
     "PEM file with the server's certificate and the chain above it.", .presence = CONFIG_REQUIRED},
    {"http", "private_key", CONFIG_PATH, AT(http.private_key), "/etc/bedside/tls/privkey.pem",
     "PEM file with the key of that certificate, without a pass phrase, mode 600 or 640.",
     .presence = CONFIG_REQUIRED},
    {"http", "public_origin", CONFIG_ORIGIN_LIST, AT(http.public_origin),
     "https://visits.hospital.example",
     "The origins under which browsers know this gateway, as https://host or https://host:port,\n"
     "separated by semicolons. Links are made with the first; a WebSocket from another is refused.",
     .presence = CONFIG_REQUIRED},
    {"http", "trusted_proxies", CONFIG_ADDRESS_LIST, AT(http.trusted_proxies), "",
     "Addresses of reverse proxies whose X-Forwarded-For names the browser's address, separated\n"
     "by semicolons."},
    {"http", "web_root", CONFIG_PATH, AT(http.web_root), "/usr/share/bedside/web",
     "The folder of the built web client (web/dist).", .presence = CONFIG_NEVER_EMPTY},
    {"http", "admin_socket", CONFIG_PATH, AT(http.admin_socket), "/run/bedside/control.sock",
     "The Unix socket of bedsidectl; only the gateway's user may use it.",
     .presence = CONFIG_NEVER_EMPTY},
    {"http", "sockets_per_address_max", CONFIG_NUMBER, AT(http.sockets_per_address_max), "200",
     "Connections from one address that have not signed in yet. A whole hospital may sit behind\n"
     "one address.",
     .least = 1, .most = 100000},
    {"http", "development_ca", CONFIG_PATH, AT(http.development_ca), "",
     "Development only: the authority made by certs/make_dev_certs, handed out by setup_port."},
    {"http", "setup_port", CONFIG_NUMBER, AT(http.setup_port), "0",
     "Development only: a port with a plain-HTTP page that hands the authority to a tablet; 0: "
     "none.",
     .least = 0, .most = 65535},
    /* ---- media ---- */
    {"media", "workers", CONFIG_NUMBER, AT(media.workers), "0",
     "Threads that carry sound and pictures, each with a port of its own; 0: one per core.",
     .least = 0, .most = 256},
    {"media", "listen", CONFIG_ADDRESS, AT(media.listen),
     "::", "The address of the media ports; :: is IPv6 and IPv4."},
    {"media", "udp_port", CONFIG_NUMBER, AT(media.udp_port), "7000",
     "The UDP port of the first worker; the others follow. Open them all in the firewall.\n"
     "0: the system chooses each.",
     .least = 0, .most = 65535},
    {"media", "tcp", CONFIG_SWITCH, AT(media.tcp), "true",
     "Whether the same port numbers serve TCP as well, for browsers in networks that let no UDP\n"
     "through. Open them in the firewall, too."},
    {"media", "advertise", CONFIG_ADDRESS_LIST, AT(media.advertise), "203.0.113.10",
     "The addresses that browsers are told to send to, separated by semicolons: this machine's\n"
     "public ones, or those that a 1:1 NAT maps to it.",
     .presence = CONFIG_REQUIRED},
    {"media", "peers_per_worker", CONFIG_NUMBER, AT(media.peers_per_worker), "0",
     "People that one worker takes; more are told that the gateway is full. 0: as many as\n"
     "packets_per_worker (64 packets each) and half of the machine's memory (160 KiB each) allow.\n"
     "A busy worker takes fewer: it measures its load.",
     .least = 0, .most = 10000},
    {"media", "packets_per_worker", CONFIG_NUMBER, AT(media.packets_per_worker), "32768",
     "Packets that one worker can hold, about 1.6 KiB each, reserved at start: 32768 of them are\n"
     "53 MiB and serve 448 people.",
     .least = 1024, .most = 1048576},
    {"media", "full_at_percent", CONFIG_NUMBER, AT(media.full_at_percent), "85",
     "A worker that is busy for this part of its time takes no more people; 100: for load alone\n"
     "it refuses nobody before it must thin pictures.",
     .least = 20, .most = 100},
    {"media", "srtp_aead", CONFIG_CHOICE, AT(media.srtp_aead), "auto",
     "The library that encrypts sound and pictures with AES-GCM: ipsec-mb (intel-ipsec-mb, the\n"
     "fastest, on x86-64 with AES-NI), openssl, or auto: the fastest that runs here. A site whose\n"
     "rules name OpenSSL chooses openssl.",
     .choices = srtp_aeads},
    /* ---- turn ---- */
    {"turn", "uris", CONFIG_TURN_LIST, AT(turn.uris), "",
     "TURN servers that browsers may use where neither UDP nor TCP reaches this machine, "
     "separated\n"
     "by semicolons: turn:relay.hospital.example;turns:relay.hospital.example:443?transport=tcp\n"
     "(deploy/turn says how to run one). Empty: none."},
    {"turn", "secret_file", CONFIG_PATH, AT(turn.secret_file), "",
     "The secret that this gateway shares with the TURN servers (coturn's static-auth-secret): "
     "one\n"
     "line of at least 16 characters. Each participant gets credentials made with it."},
    {"turn", "lifetime_seconds", CONFIG_NUMBER, AT(turn.lifetime_seconds), "14400",
     "How long such credentials can be used. A browser may need them whenever its network\n"
     "changes, so make it longer than visits are.",
     .least = 300, .most = 86400},
    /* ---- visit ---- */
    {"visit", "slots_max", CONFIG_NUMBER, AT(visit.slots_max), "8",
     "The most others that one participant can see and hear at once.", .least = 1, .most = 16},
    {"visit", "consent_text_version", CONFIG_TEXT, AT(visit.consent_text_version), "2026-11",
     "Names the wording of the recording consent; it is stored with every answer.",
     .presence = CONFIG_NEVER_EMPTY},
    {"visit", "consent_file", CONFIG_PATH, AT(visit.consent_file), "",
     "What people are asked before a visit is recorded, in each language (deploy/consent.json is\n"
     "an example). Empty: the words that come with the gateway, in English and Spanish."},
    {"visit", "licence_rules_file", CONFIG_PATH, AT(visit.licence_rules_file), "",
     "What it means, state by state, that a physician has no licence where the patient is today\n"
     "(deploy/licence-rules.json is an example). Empty: licences are not compared."},
    {"visit", "emergency_file", CONFIG_PATH, AT(visit.emergency_file), "",
     "Emergency numbers by the patient's state, and the script for staff, in each language\n"
     "(deploy/emergency.json is an example). Empty: staff see the address and a plain script."},
    {"visit", "resume_seconds", CONFIG_NUMBER, AT(visit.resume_seconds), "30",
     "How long the seat of a browser that lost its WebSocket is kept.", .least = 5, .most = 600},
    /* ---- screening ---- */
    {"screening", "questionnaires", CONFIG_PATH, AT(screening.questionnaires), "",
     "A folder of FHIR Questionnaires (*.json), asked before a visit in the order of their file\n"
     "names; deploy/questionnaires has a set to begin with. Empty: nobody is asked anything."},
    {"screening", "rules_file", CONFIG_PATH, AT(screening.rules_file), "",
     "At which score somebody of the team is told, who, and how soon the next; and whom a person\n"
     "reads to call at any hour (deploy/screening-rules.json is an example; put in your own\n"
     "words and numbers). Empty: nothing follows from the answers."},
    /* ---- recording ---- */
    {"recording", "enabled", CONFIG_SWITCH, AT(recording.enabled), "false",
     "Whether visits can be recorded, with everybody's consent. Needs master_key_file."},
    {"recording", "directory", CONFIG_PATH, AT(recording.directory), "@state/recordings",
     "Where encrypted recordings are kept.", .presence = CONFIG_NEVER_EMPTY},
    {"recording", "recorder", CONFIG_PATH, AT(recording.recorder),
     "/usr/lib/bedside/bedside-recorder", "The recorder's program.",
     .presence = CONFIG_NEVER_EMPTY},
    {"recording", "master_key_file", CONFIG_PATH, AT(recording.master_key_file), "",
     "The key that wraps each recording's own; without it no recording can be read again. Keep a\n"
     "copy in a safe place, never beside the recordings."},
    {"recording", "sandbox", CONFIG_CHOICE, AT(recording.sandbox), "required",
     "required: where the kernel cannot confine the recorder, nothing is recorded.\n"
     "best-effort: it records with what the kernel has.",
     .choices = sandboxes},
    {"recording", "user", CONFIG_TEXT, AT(recording.user), "",
     "The user that the recorder becomes when the gateway was started as root; empty:\n"
     "bedside-recorder if there is such a user, else nobody."},
    {"recording", "minimum_free_bytes", CONFIG_BYTES, AT(recording.minimum_free_bytes),
     "1073741824", "Recording stops, and says so, when less is free on the disk.", .least = 0,
     .most = INT64_MAX},
    /* ---- sign_in ---- */
    {"sign_in", "issuer", CONFIG_TEXT, AT(sign_in.issuer), "",
     "The organisation's OpenID provider, exactly as it names itself:\n"
     "https://login.hospital.example. Register this gateway there with the redirect address\n"
     "<first public_origin>/sign-in/callback and, for signing out,\n"
     "<first public_origin>/sign-in?signed-out. Empty: staff come by links alone."},
    {"sign_in", "client_id", CONFIG_TEXT, AT(sign_in.client_id), "",
     "What the provider calls this gateway."},
    {"sign_in", "client_secret_file", CONFIG_PATH, AT(sign_in.client_secret_file), "",
     "A file with one line, the secret that the provider gave; mode 600. Empty: it gave none."},
    {"sign_in", "scopes", CONFIG_TEXT, AT(sign_in.scopes), "openid profile email",
     "What the provider is asked for; openid has to be among them.",
     .presence = CONFIG_NEVER_EMPTY},
    {"sign_in", "roles_claim", CONFIG_TEXT, AT(sign_in.roles_claim), "roles",
     "The claim of the ID token that holds groups or roles, a text or a list of texts; a path\n"
     "with dots reaches into objects: realm_access.roles.",
     .presence = CONFIG_NEVER_EMPTY},
    {"sign_in", "roles", CONFIG_TEXT, AT(sign_in.roles), "",
     "Which value of that claim is which role here, separated by semicolons:\n"
     "oncology-reviewers=reviewing_physician;second-opinion-desk=coordinator\n"
     "Roles: reviewing_physician, treating_physician, coordinator, interpreter, trainee,\n"
     "technical_helper. Who has none of them cannot sign in."},
    {"sign_in", "staff_key_claim", CONFIG_TEXT, AT(sign_in.staff_key_claim), "sub",
     "The claim that holds the name by which cases know a member of staff (the care team's\n"
     "\"staff\"). Choose one that is never given to another person, such as an employee number.",
     .presence = CONFIG_NEVER_EMPTY},
    {"sign_in", "programme_claim", CONFIG_TEXT, AT(sign_in.programme_claim), "",
     "The claim that holds a coordinator's programme, whose cases alone she reaches; \"*\" in it\n"
     "is all of them. Empty: every coordinator reaches all programmes."},
    {"sign_in", "authority_file", CONFIG_PATH, AT(sign_in.authority_file), "",
     "PEM file of the authority that signed the provider's certificate; empty: the system's."},
    {"sign_in", "idle_minutes", CONFIG_NUMBER, AT(sign_in.idle_minutes), "15",
     "After so long without any use a member of staff is signed out; never during a visit.",
     .least = 1, .most = 1440},
    {"sign_in", "absolute_hours", CONFIG_NUMBER, AT(sign_in.absolute_hours), "12",
     "After so long everybody signs in again.", .least = 1, .most = 168},
    {"sign_in", "development_staff", CONFIG_PATH, AT(sign_in.development_staff), "",
     "Development only: a file of invented staff (deploy/demo/staff.json) as whom anybody may\n"
     "sign in with one click. In production mode the gateway refuses to start with it."},
    /* ---- notifications ---- */
    {"notifications", "server", CONFIG_TEXT, AT(notifications.server), "",
     "The email server for invitations and reminders: smtps://mail.hospital.example:465, or\n"
     "smtp://mail.hospital.example:587, where STARTTLS is required. Empty: no email is sent."},
    {"notifications", "tls", CONFIG_CHOICE, AT(notifications.tls), "required",
     "off: an smtp:// server gets email in the clear; in production only one on this machine.",
     .choices = mail_tls},
    {"notifications", "user", CONFIG_TEXT, AT(notifications.user), "",
     "As whom the gateway signs in there; empty: it does not."},
    {"notifications", "password_file", CONFIG_PATH, AT(notifications.password_file), "",
     "A file with one line, that user's password; mode 600."},
    {"notifications", "authority_file", CONFIG_PATH, AT(notifications.authority_file), "",
     "PEM file of the authority that signed the server's certificate; empty: the system's."},
    {"notifications", "from", CONFIG_TEXT, AT(notifications.from), "",
     "The address that email comes from; its name is the organisation's."},
    {"notifications", "reply_to", CONFIG_TEXT, AT(notifications.reply_to), "",
     "Where answers go; empty: to from."},
    {"notifications", "text_program", CONFIG_PATH, AT(notifications.text_program), "",
     "A program that sends a text message (SMS) to who has no email address. It gets JSON on\n"
     "standard input: {\"to\": \"+1 406 555 0142\", \"text\": \"...\", \"language\": \"es-US\"};\n"
     "exit code 0 means sent. Empty: no text messages."},
    {"notifications", "reminder_minutes", CONFIG_TEXT, AT(notifications.reminder_minutes),
     "1440;60",
     "How long before a visit people are reminded, up to four times, the earliest first."},
    {"notifications", "words_folder", CONFIG_PATH, AT(notifications.words_folder), "",
     "A folder with the site's own words: <language>.json for each language, with the keys of\n"
     "gateway/notifications/words/en.json. Empty: the built-in English and Spanish."},
    /* ---- store ---- */
    {"store", "database", CONFIG_PATH, AT(store.database), "@state/bedside.db",
     "The SQLite database of cases, visits and the audit trail.", .presence = CONFIG_NEVER_EMPTY},
    /* ---- hooks ---- */
    {"hooks", "programs", CONFIG_PATH_LIST, AT(hooks.programs), "",
     "Programs that get a JSON document on standard input for each event of a recording,\n"
     "separated by semicolons."},
    {"hooks", "timeout_seconds", CONFIG_NUMBER, AT(hooks.timeout_seconds), "60",
     "How long such a program may run before it is ended and tried again later.", .least = 1,
     .most = 3600},
};

struct config_table config_keys(void)
{
    return (struct config_table){keys, ARRAY_LENGTH(keys),
                                 offsetof(struct gateway_config, gateway.state_directory)};
}
