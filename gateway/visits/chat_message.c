#include "gateway/visits/chat_message.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/participant.h"

#include <string.h>

struct chat_list *chat_list_create(void)
{
    return allocate_zeroed(1, sizeof(struct chat_list));
}

struct chat_list *chat_list_destroy(struct chat_list *list)
{
    if (list) {
        for (size_t i = 0; i < list->count; i++) {
            free(list->messages[i].body);
        }
        free(list->messages);
        free(list);
    }
    return NULL;
}

void chat_list_leave_out_huddles(struct chat_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->messages[i].in_huddle) {
            free(list->messages[i].body);
        } else {
            list->messages[kept++] = list->messages[i];
        }
    }
    list->count = kept;
}

bool chat_body_is_valid(const char *body)
{
    return strlen(body) <= CHAT_BODY_SIZE_MAX && body[strspn(body, " \t\n")] != 0 &&
           person_text_is_clean(body, true);
}
