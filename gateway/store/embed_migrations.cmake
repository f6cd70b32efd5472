# Writes migrations/NNNN_name.sql, in order, as a C table (schema_migrations.h). Numbers have no gaps.
file(GLOB files ${FOLDER}/[0-9][0-9][0-9][0-9]_*.sql)
list(SORT files)
set(arrays "")
set(rows "")
set(expected 0)
foreach(file ${files})
    math(EXPR expected "${expected} + 1")
    get_filename_component(name ${file} NAME_WE)
    string(SUBSTRING ${name} 0 4 digits)
    math(EXPR number "1${digits} - 10000")
    if(NOT number EQUAL expected)
        message(FATAL_ERROR "${file}: expected migration ${expected}")
    endif()
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(APPEND arrays "static const char sql_${number}[] = {${bytes}0};\n")
    string(APPEND rows "    {${number}, \"${name}\", sql_${number}},\n")
endforeach()
file(WRITE ${OUTPUT}
"#include \"gateway/store/schema_migrations.h\"\n\n${arrays}
const struct schema_migration schema_migrations[] = {\n${rows}};
const unsigned schema_migration_count = ${expected};\n")
