/*
 * Files of a far end, in memory: a path and its bytes. Knows no protocol.
 */
#include "peers/inside.h"

#include <stdlib.h>
#include <string.h>

struct hlsim__peer_file *hlsim__peer_file(struct hlsim__peer *peer, const char *path, size_t size)
{
    for (size_t i = 0; i < peer->file_count; i++) {
        if (strlen(peer->files[i].path) == size && memcmp(peer->files[i].path, path, size) == 0) {
            return &peer->files[i];
        }
    }
    return NULL;
}

struct hlsim__peer_file *hlsim__peer_add_file(struct hlsim__peer *peer, const char *path,
                                              size_t size)
{
    struct hlsim__peer_file *file;

    if (peer->files == NULL) {
        peer->files = calloc(HLSIM_PEER_FILES_MAX, sizeof *peer->files);
    }
    if (peer->files == NULL || peer->file_count == HLSIM_PEER_FILES_MAX ||
        size >= HLSIM_PEER_PATH_SIZE) {
        return NULL;
    }
    file = &peer->files[peer->file_count++];
    memset(file, 0, sizeof *file);
    memcpy(file->path, path, size);
    return file;
}

void hlsim__peer_remove_file(struct hlsim__peer *peer, struct hlsim__peer_file *file)
{
    hlsim__bytes_free(&file->bytes);
    *file = peer->files[--peer->file_count];
}

void hlsim__peer_files_free(struct hlsim__peer *peer)
{
    for (size_t i = 0; i < peer->file_count; i++) {
        hlsim__bytes_free(&peer->files[i].bytes);
    }
    free(peer->files);
}
