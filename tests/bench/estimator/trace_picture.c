#include "tests/bench/estimator/trace_picture.h"

#define WIDTH 960.0
#define LEFT 70.0
#define RATES_TOP 40.0
#define RATES_HEIGHT 300.0
#define QUEUE_TOP 380.0
#define QUEUE_HEIGHT 110.0
#define HEIGHT 530

enum series { CAPACITY, RECEIVED, ESTIMATE, QUEUE };

static const struct {
    const char *name;
    const char *style;
} looks[] = {
    [CAPACITY] = {"capacity", "stroke='#888' stroke-dasharray='6 3'"},
    [RECEIVED] = {"sent and arrived", "stroke='#7ab' stroke-width='0.8'"},
    [ESTIMATE] = {"estimate", "stroke='#b30' stroke-width='1.6'"},
    [QUEUE] = {"queue", "stroke='#063'"},
};

static double value_of(const struct trace_point *point, enum series series)
{
    switch (series) {
    case CAPACITY:
        return (double)point->capacity_bps / 1000;
    case RECEIVED:
        return point->received_bps / 1000.0;
    case ESTIMATE:
        return point->estimate.bps / 1000.0;
    case QUEUE:
        return point->estimate.queue_us / 1000.0;
    }
    return 0;
}

static double most(const struct trace_point *points, size_t count, enum series series)
{
    double value = 1;
    for (size_t i = 0; i < count; i++) {
        const double here = value_of(&points[i], series);
        value = here > value ? here : value;
    }
    return value;
}

struct frame {
    double top;
    double height;
    double scale; /* the value at its top */
    double from_s;
    double lasts_s;
};

static double x_of(const struct frame *frame, const struct trace_point *point)
{
    const double s = (double)point->at_us / 1e6 - frame->from_s;
    return LEFT + s / frame->lasts_s * (WIDTH - LEFT - 20);
}

static void draw_series(FILE *svg, const struct frame *frame, const struct trace_point *points,
                        size_t count, enum series series)
{
    fprintf(svg, "<polyline fill='none' %s points='", looks[series].style);
    for (size_t i = 0; i < count; i++) {
        double share = value_of(&points[i], series) / frame->scale;
        share = share < 1 ? share : 1;
        fprintf(svg, "%.1f,%.1f ", x_of(frame, &points[i]),
                frame->top + frame->height * (1 - share));
    }
    fprintf(svg, "'><title>%s</title></polyline>\n", looks[series].name);
}

static void draw_frame(FILE *svg, const struct frame *frame, const char *unit)
{
    for (int i = 0; i <= 4; i++) {
        const double y = frame->top + frame->height * (4 - i) / 4;
        fprintf(svg,
                "<line x1='%.0f' x2='%.0f' y1='%.1f' y2='%.1f' stroke='#ddd'/>"
                "<text x='%.0f' y='%.1f' text-anchor='end'>%.0f%s</text>\n",
                LEFT, WIDTH - 20, y, y, LEFT - 6, y + 4, frame->scale * i / 4, i == 4 ? unit : "");
    }
    for (int i = 0; i <= 6; i++) {
        fprintf(svg, "<text x='%.0f' y='%.0f' text-anchor='middle'>%.0f s</text>\n",
                LEFT + (WIDTH - LEFT - 20) * i / 6, frame->top + frame->height + 16,
                frame->lasts_s * i / 6);
    }
}

static void draw_legend(FILE *svg)
{
    double x = LEFT;
    for (int i = CAPACITY; i <= QUEUE; i++) {
        fprintf(
            svg, "<line x1='%.0f' x2='%.0f' y1='%d' y2='%d' %s/><text x='%.0f' y='%d'>%s</text>\n",
            x, x + 24, HEIGHT - 12, HEIGHT - 12, looks[i].style, x + 30, HEIGHT - 8, looks[i].name);
        x += 170;
    }
}

void trace_picture_write(FILE *svg, const char *title, const struct trace_point *points,
                         size_t count)
{
    fprintf(svg,
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %.0f %d' "
            "font-family='sans-serif' font-size='11'>\n"
            "<rect width='100%%' height='100%%' fill='#fff'/>"
            "<text x='%.0f' y='22' font-size='15'>%s</text>\n",
            WIDTH, HEIGHT, LEFT, title);
    if (count > 1) {
        const double from_s = (double)points[0].at_us / 1e6;
        struct frame frame = {.top = RATES_TOP,
                              .height = RATES_HEIGHT,
                              .from_s = from_s,
                              .lasts_s = (double)points[count - 1].at_us / 1e6 - from_s};
        const double capacity = most(points, count, CAPACITY);
        const double estimate = most(points, count, ESTIMATE);
        frame.scale = 1.1 * (capacity > estimate ? capacity : estimate);
        draw_frame(svg, &frame, " kbit/s");
        draw_series(svg, &frame, points, count, RECEIVED);
        draw_series(svg, &frame, points, count, CAPACITY);
        draw_series(svg, &frame, points, count, ESTIMATE);
        frame.top = QUEUE_TOP;
        frame.height = QUEUE_HEIGHT;
        frame.scale = most(points, count, QUEUE);
        frame.scale = frame.scale > 100 ? frame.scale : 100;
        draw_frame(svg, &frame, " ms");
        draw_series(svg, &frame, points, count, QUEUE);
        draw_legend(svg);
    }
    fputs("</svg>\n", svg);
}
