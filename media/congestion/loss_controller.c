#include "media/congestion/loss_controller.h"

#include <math.h>

/* A window ends with enough packets, or with few and much time. */
#define WINDOW_US 500000
#define WINDOW_PACKETS 20
#define LONG_WINDOW_US 2000000
#define LONG_WINDOW_PACKETS 8
/* Loss is judged after a cut with so much of it seen. */
#define CUT_WINDOW_US 800000
#define CUT_WINDOW_PACKETS 25
/* At the beginning more than this is not believed to be chance. */
#define USUAL_AT_START_MAX 0.15
#define USUAL_MAX 0.9
#define SAME_RATE 1.05
#define FASTER_PACKETS 80
#define FASTER_PACKETS_MAX 160
#define RISES_BY 0.1
#define FALLS_BY 0.15
#define EXCESS_MIN 0.05
#define DEVIATIONS 3.5
#define SHARE_MIN 0.01
/* Each mistake asks for a deviation more the next time. */
#define MISTAKES_MAX 2
#define KNOWN_PACKETS_MAX 200
/* So much in one window needs no second one. */
#define EXCESS_GRAVE 0.2
#define LOST_GRAVE 10
/* So many windows make it certain; more where no more was lost at the same rate before. */
#define HIGH_WINDOWS 2
#define HIGH_WINDOWS_SLOW 3
#define RUN_LENGTH_MAX 5.0

void loss_controller_init(struct loss_controller *controller)
{
    *controller = (struct loss_controller){.run_length = 1};
}

void loss_controller_restart(struct loss_controller *controller, uint64_t now_us)
{
    controller->skip_until_us = now_us;
    controller->high_windows = 0;
    controller->faster_packets = controller->faster_lost = 0;
    controller->cut = false;
    controller->window = (struct loss_window){.packets = 0};
}

void loss_controller_add(struct loss_controller *controller, const struct packet_result *result)
{
    struct loss_window *window = &controller->window;
    if (result->sent_us < controller->skip_until_us) {
        return;
    }
    if (result->was_lost) { /* told as lost, and it came */
        window->lost -= window->lost > 0;
        return;
    }
    if (window->packets == 0) {
        window->began_us = result->sent_us;
    }
    window->packets++;
    window->bytes += result->size;
    window->last_us = result->sent_us;
    if (!result->received) {
        window->lost++;
        window->runs += !controller->last_was_lost || window->runs == 0;
    }
    controller->last_was_lost = !result->received;
}

static double share(const struct loss_window *window)
{
    return window->packets > 0 ? (double)window->lost / window->packets : 0;
}

static bool is_full(const struct loss_controller *controller)
{
    const struct loss_window *window = &controller->window;
    const uint64_t lasted_us = window->last_us - window->began_us;
    if (controller->cut && lasted_us < LONG_WINDOW_US) {
        return window->packets >= CUT_WINDOW_PACKETS && lasted_us >= CUT_WINDOW_US;
    }
    return (window->packets >= WINDOW_PACKETS && lasted_us >= WINDOW_US) ||
           (window->packets >= LONG_WINDOW_PACKETS && lasted_us >= LONG_WINDOW_US);
}

static double sent_bps(const struct loss_window *window)
{
    const double lasted_s = (double)(window->last_us - window->began_us) / 1e6;
    return lasted_s > 0 ? (double)window->bytes * 8 / lasted_s : 0;
}

/* More than chance lets expect of so many packets, with losses that come in runs: both shares are
 * taken for samples of one, and their difference for what it would be then. */
static bool is_high(const struct loss_controller *controller, double loss, unsigned packets)
{
    const double known = controller->usual_packets;
    double both = (controller->usual * known + loss * packets) / (known + packets);
    both = both > SHARE_MIN ? both : SHARE_MIN;
    const double variance = both * (1 - both) * (1 / known + 1.0 / packets);
    const double deviation = sqrt(variance * (2 * controller->run_length - 1));
    const double excess = loss - controller->usual;
    return excess > EXCESS_MIN && excess > (DEVIATIONS + controller->mistakes) * deviation;
}

static void learn_runs(struct loss_controller *controller)
{
    const struct loss_window *window = &controller->window;
    if (window->runs > 0) {
        const double length = (double)window->lost / window->runs;
        controller->run_length += 0.2 * (length - controller->run_length);
        if (controller->run_length > RUN_LENGTH_MAX) {
            controller->run_length = RUN_LENGTH_MAX;
        }
    }
}

/* What comes with a higher rate than ever may be the rate's, and is learned elsewhere. */
static void learn(struct loss_controller *controller, double loss)
{
    learn_runs(controller);
    if (sent_bps(&controller->window) > SAME_RATE * controller->usual_bps) {
        return;
    }
    const double gain = loss < controller->usual ? FALLS_BY : RISES_BY;
    controller->usual += gain * (loss - controller->usual);
    controller->usual_packets += controller->window.packets;
    if (controller->usual_packets > KNOWN_PACKETS_MAX) {
        controller->usual_packets = KNOWN_PACKETS_MAX;
    }
}

static void begin(struct loss_controller *controller, double loss)
{
    controller->usual_known = true;
    controller->usual = loss < USUAL_AT_START_MAX ? loss : USUAL_AT_START_MAX;
    controller->usual_bps = sent_bps(&controller->window);
    controller->usual_packets = controller->window.packets;
}

/* At a higher rate nothing was lost beyond what is usual: so this is usual up to there. */
static void learn_faster(struct loss_controller *controller, double bps, double loss)
{
    const double packets = controller->faster_packets;
    const double weight = packets / (packets + controller->usual_packets);
    controller->usual += weight * (loss - controller->usual);
    controller->usual_bps = bps;
    controller->faster_packets = controller->faster_lost = 0;
}

/* Small excesses show in many windows, while the rate is higher than that of the usual loss. */
static bool is_high_for_long(struct loss_controller *controller)
{
    const struct loss_window *window = &controller->window;
    const double bps = sent_bps(window);
    if (bps <= SAME_RATE * controller->usual_bps) {
        controller->faster_packets = controller->faster_lost = 0;
        return false;
    }
    controller->faster_packets += window->packets;
    controller->faster_lost += window->lost;
    const double loss = (double)controller->faster_lost / controller->faster_packets;
    if (controller->faster_packets < FASTER_PACKETS) {
        return false;
    }
    if (is_high(controller, loss, controller->faster_packets)) {
        return true;
    }
    if (controller->faster_packets > FASTER_PACKETS_MAX) {
        if (loss < controller->usual + EXCESS_MIN / 2) {
            learn_faster(controller, bps, loss);
        } else {
            controller->faster_packets /= 2; /* neither the one nor the other yet */
            controller->faster_lost /= 2;
        }
    }
    return false;
}

static enum loss_verdict judge_cut(struct loss_controller *controller, double loss)
{
    controller->cut = false;
    if (loss <= (controller->cut_loss + controller->usual) / 2) {
        controller->mistakes = 0;
        controller->usual = controller->usual < loss ? controller->usual : loss;
        return LOSS_USUAL;
    }
    controller->mistakes += controller->mistakes < MISTAKES_MAX;
    const double seen = (loss + controller->cut_loss) / 2;
    controller->usual = seen < USUAL_MAX ? seen : USUAL_MAX;
    controller->usual_bps = controller->cut_bps;
    return LOSS_CHANCE;
}

static enum loss_verdict judge_window(struct loss_controller *controller, double loss,
                                      uint64_t now_us)
{
    if (controller->cut) {
        return judge_cut(controller, loss);
    }
    if (!controller->usual_known) {
        begin(controller, loss);
    }
    const bool is_long = is_high_for_long(controller);
    if (!is_long && !is_high(controller, loss, controller->window.packets)) {
        controller->high_windows = 0;
        learn(controller, loss);
        return LOSS_USUAL;
    }
    controller->high_windows++;
    const bool is_grave =
        loss - controller->usual > EXCESS_GRAVE && controller->window.lost >= LOST_GRAVE;
    const bool is_slow = sent_bps(&controller->window) <= SAME_RATE * controller->usual_bps;
    const unsigned enough = is_slow ? HIGH_WINDOWS_SLOW : HIGH_WINDOWS;
    if (controller->high_windows < enough && !(is_grave && !is_slow) && !is_long) {
        return LOSS_USUAL;
    }
    controller->cut_loss = loss;
    controller->cut_bps = sent_bps(&controller->window);
    loss_controller_restart(controller, now_us);
    controller->cut = true;
    return LOSS_CONGESTION;
}

enum loss_verdict loss_controller_judge(struct loss_controller *controller, uint64_t now_us)
{
    if (!is_full(controller)) {
        return LOSS_USUAL;
    }
    controller->before = controller->window;
    const enum loss_verdict verdict = judge_window(controller, share(&controller->window), now_us);
    controller->window = (struct loss_window){.packets = 0};
    return verdict;
}

double loss_controller_usual(const struct loss_controller *controller)
{
    return controller->usual;
}

uint16_t loss_controller_permille(const struct loss_controller *controller)
{
    const unsigned packets = controller->window.packets + controller->before.packets;
    const unsigned lost = controller->window.lost + controller->before.lost;
    return (uint16_t)(packets > 0 ? lost * 1000 / packets : 0);
}

void loss_controller_doubt(struct loss_controller *controller)
{
    controller->usual /= 2;
    controller->usual_bps /= 2;
    controller->mistakes = 0;
}
