#include "tests/unit/media/transport/srtp_vectors.h"

#include <stdio.h>

#define PACKET                                                                                     \
    "8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 "   \
    "61727465 73207472 6573"

const struct srtp_vector srtp_vectors[SRTP_VECTORS] = {
    {"16.1.1, AEAD_AES_128_GCM", "00010203 04050607 08090a0b 0c0d0e0f",
     "51756964 2070726f 2071756f", "51753c65 80c2726f 20718414", PACKET,
     "8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a "
     "51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce"},
    {"16.1.3, AEAD_AES_256_GCM",
     "00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f",
     "51756964 2070726f 2071756f", "51753c65 80c2726f 20718414", PACKET,
     "8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 "
     "76ffae0f 1ba63799 b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13"},
};

size_t from_hex(const char *text, uint8_t *ret_bytes)
{
    size_t size = 0;
    unsigned byte;
    int read;
    while (sscanf(text, " %2x%n", &byte, &read) == 1) {
        ret_bytes[size++] = (uint8_t)byte;
        text += read;
    }
    return size;
}
