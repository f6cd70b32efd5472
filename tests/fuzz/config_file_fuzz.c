/* The configuration's parser and every kind of value. fuzz-links: bedside_config */
#include "gateway/config.h"
#include "gateway/config_faults.h"
#include "gateway/config_file.h"
#include "gateway/config_keys.h"
#include "gateway/config_reader.h"
#include "gateway/config_rules.h"

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(config_faults) faults = config_faults_create("bedside.conf");
    AUTO(config_file) file = config_file_parse((const char *)data, size, faults);
    const struct config_source source = {.file = file, .folder = "/etc/bedside"};
    const struct config_table table = config_keys();
    AUTO(gateway_config) config = g_new0(struct gateway_config, 1);
    config_reader_read(&table, &source, config, faults);
    config_rules_check(config, file, faults);
    g_free(config_faults_text(faults));
    return 0;
}
