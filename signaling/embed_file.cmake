# Writes the file INPUT as the C array NAME, with its size in NAME_size, to OUTPUT.
file(READ ${INPUT} bytes HEX)
string(LENGTH ${bytes} digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT}
"extern const char ${NAME}[];\nextern const unsigned long ${NAME}_size;
const char ${NAME}[] = {${bytes}0};\nconst unsigned long ${NAME}_size = ${size};\n")
