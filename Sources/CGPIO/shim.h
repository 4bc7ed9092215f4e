// The kernel's GPIO character devices (line interface v2), whose ioctl numbers and nested structures Swift does not
// see.
#pragma once
#include <linux/gpio.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

static inline int arete_gpio_request(int chip, uint32_t line, uint64_t flags, const char *consumer, uint64_t value,
                                     uint32_t debounceMicroseconds) {
    struct gpio_v2_line_request request;
    memset(&request, 0, sizeof request);
    request.offsets[0] = line;
    request.num_lines = 1;
    strncpy(request.consumer, consumer, sizeof request.consumer - 1);
    request.config.flags = flags;
    if (flags & GPIO_V2_LINE_FLAG_OUTPUT) {
        struct gpio_v2_line_config_attribute *attribute = &request.config.attrs[request.config.num_attrs++];
        attribute->attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
        attribute->attr.values = value;
        attribute->mask = 1;
    }
    if (debounceMicroseconds > 0) {
        struct gpio_v2_line_config_attribute *attribute = &request.config.attrs[request.config.num_attrs++];
        attribute->attr.id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE;
        attribute->attr.debounce_period_us = debounceMicroseconds;
        attribute->mask = 1;
    }
    return ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) < 0 ? -1 : request.fd;
}

/// How many lines a chip has; -1 with errno.
static inline int arete_gpio_lines(int chip) {
    struct gpiochip_info info;
    memset(&info, 0, sizeof info);
    return ioctl(chip, GPIO_GET_CHIPINFO_IOCTL, &info) < 0 ? -1 : (int)info.lines;
}

/// Drives a line that was requested as an output. Returns 0, or -1 with errno.
static inline int arete_gpio_set(int line, int isActive) {
    struct gpio_v2_line_values values = {.bits = isActive != 0, .mask = 1};
    return ioctl(line, GPIO_V2_LINE_SET_VALUES_IOCTL, &values);
}

/// The level of a line, 0 or 1; -1 with errno.
static inline int arete_gpio_get(int line) {
    struct gpio_v2_line_values values = {.bits = 0, .mask = 1};
    return ioctl(line, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) < 0 ? -1 : (int)(values.bits & 1);
}

enum {
    arete_gpio_output = GPIO_V2_LINE_FLAG_OUTPUT,
    arete_gpio_input = GPIO_V2_LINE_FLAG_INPUT,
    arete_gpio_active_low = GPIO_V2_LINE_FLAG_ACTIVE_LOW,
    arete_gpio_rising = GPIO_V2_LINE_FLAG_EDGE_RISING,
    arete_gpio_falling = GPIO_V2_LINE_FLAG_EDGE_FALLING,
    arete_gpio_pull_up = GPIO_V2_LINE_FLAG_BIAS_PULL_UP,
    arete_gpio_pull_down = GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN,
};
