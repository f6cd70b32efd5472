/* config_rules.h - what the keys must be to each other.
 * Thread: any. */
#ifndef BEDSIDE_GATEWAY_CONFIG_RULES_H
#define BEDSIDE_GATEWAY_CONFIG_RULES_H

#include "gateway/config.h"
#include "gateway/config_faults.h"
#include "gateway/config_file.h"

/* Names in `faults` each rule that `config` breaks, with the line of the key at fault in `file`. */
void config_rules_check(const struct gateway_config *config, const struct config_file *file,
                        struct config_faults *faults);

#endif
