/* static_files.h - the built web client, read once into memory and served with ETags and the right
 * caching.
 *
 * Files below assets/ have a hash in their name and are cached for a year; everything else is asked
 * for again each time. A file next to which lies "<name>.gz" is sent compressed to whoever takes
 * it. Thread: control; reading the folder blocks and happens before anything is served. */
#ifndef BEDSIDE_SIGNALING_SERVER_STATIC_FILES_H
#define BEDSIDE_SIGNALING_SERVER_STATIC_FILES_H

#include "gateway/base/cleanup.h"
#include "signaling/server/http_exchange.h"

#include <stdbool.h>

struct static_files;

/* Reads the folder (at most 64 MiB, 2000 files; hidden files and links are left out). Never NULL; a
 * folder that cannot be read is logged and has no files. */
struct static_files *static_files_create(const char *folder);
struct static_files *static_files_destroy(struct static_files *files);
DEFINE_AUTO(static_files)

/* Answers with the file of that path ("/assets/x.js"). Returns false without answering when there
 * is none. */
bool static_files_serve(const struct static_files *files, struct http_exchange *exchange,
                        const char *path);
/* Whether an Accept-Encoding takes gzip (RFC 9110, 12.5.3). Pure. */
bool static_files_takes_gzip(const char *accept_encoding);
/* Whether an If-None-Match names the ETag, by weak comparison (RFC 9110, 13.1.2). Pure. */
bool static_files_is_same(const char *if_none_match, const char *etag);
/* "text/html; charset=utf-8" for "x.html", ... */
const char *static_files_content_type(const char *path);

#endif
