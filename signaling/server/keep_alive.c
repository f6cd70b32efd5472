#include "signaling/server/keep_alive.h"

static const uint64_t ASK_AFTER_US = 10000000;
static const uint64_t GIVE_UP_AFTER_US = 25000000;

void keep_alive_heard(struct keep_alive *alive, uint64_t now_us)
{
    *alive = (struct keep_alive){.heard_us = now_us};
}

enum keep_alive_step keep_alive_look(struct keep_alive *alive, uint64_t now_us)
{
    const uint64_t silent_us = now_us > alive->heard_us ? now_us - alive->heard_us : 0;
    if (silent_us >= GIVE_UP_AFTER_US) {
        return KEEP_ALIVE_GIVE_UP;
    }
    if (alive->asked || silent_us < ASK_AFTER_US) {
        return KEEP_ALIVE_WAIT;
    }
    alive->asked = true;
    return KEEP_ALIVE_ASK;
}
