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

#define COMPOUND                                                                                   \
    "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef "   \
    "deadbeef deadbeef deadbeef"

const struct srtcp_vector srtcp_vectors[SRTP_VECTORS] = {
    {"17.1, AEAD_AES_128_GCM", "00010203 04050607 08090a0b 0c0d0e0f", "51756964 2070726f 2071756f",
     COMPOUND,
     "81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda "
     "4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4"},
    {"17.2, AEAD_AES_256_GCM",
     "00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f",
     "51756964 2070726f 2071756f", COMPOUND,
     "81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1 110555be "
     "8415f658 c61de047 6f1b6fad 1d1eb30c 4446839f 57ff6f6c b26ac3be 800005d4"},
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
