/* loss_controller.h - tells loss that is congestion from loss that is chance.
 *
 * A radio link loses the same share of packets at every rate; a policer, or a queue too short to be
 * seen in the delay, loses what is too much. So the share that a link always loses is learned, and
 * when it rises beyond chance the rate is cut to what gets through, and the loss is looked at
 * again:
 *
 *   USUAL --more is lost than usual--> CUT --no less is lost--> USUAL, LOSS_CHANCE: undo the cut
 *                                       '---less is lost------> USUAL, the cut was right
 *
 * Pure; fields are private. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_CONGESTION_LOSS_CONTROLLER_H
#define BEDSIDE_MEDIA_CONGESTION_LOSS_CONTROLLER_H

#include "media/congestion/packet_result.h"

#include <stdbool.h>
#include <stdint.h>

enum loss_verdict { LOSS_USUAL, LOSS_CONGESTION, LOSS_CHANCE };

struct loss_window {
    uint64_t began_us;
    uint64_t last_us;
    unsigned packets;
    unsigned lost;
    unsigned runs; /* of losses in a row */
    uint64_t bytes;
};

struct loss_controller {
    bool usual_known;
    bool cut;
    bool last_was_lost;
    double usual;         /* the share lost anyway */
    double usual_packets; /* that it was seen of, to a bound */
    unsigned mistakes;    /* cuts that did not help, in a row */
    double usual_bps;     /* as seen up to this rate */
    double cut_loss;      /* what was lost when the rate was cut */
    double cut_bps;       /* and at what rate */
    double run_length;    /* how many packets are lost in a row, on average */
    unsigned high_windows;
    unsigned faster_packets; /* sent faster than usual_bps, in a row of windows; and lost of them */
    unsigned faster_lost;
    uint64_t skip_until_us; /* packets sent earlier say nothing about the rate of now */
    struct loss_window window;
    struct loss_window before;
};

void loss_controller_init(struct loss_controller *controller);
/* In the order of sending. */
void loss_controller_add(struct loss_controller *controller, const struct packet_result *result);
/* After each feedback. LOSS_CONGESTION: cut the rate to what gets through; what was sent until
 * `now_us` does not count any more. LOSS_CHANCE: take back the last cut. */
enum loss_verdict loss_controller_judge(struct loss_controller *controller, uint64_t now_us);
/* The rate was changed for another reason: begin to look anew. */
void loss_controller_restart(struct loss_controller *controller, uint64_t now_us);
/* The share that is lost whatever the rate, 0 to 0.9. */
double loss_controller_usual(const struct loss_controller *controller);
/* A burst lost far more than the usual share: that is none of chance's. */
void loss_controller_doubt(struct loss_controller *controller);
/* Of the last one to two windows. */
uint16_t loss_controller_permille(const struct loss_controller *controller);

#endif
