/* A validator of OAuth tokens for PostgreSQL 18: who shows "good-NAME" is NAME.
 *
 * Source: PostgreSQL documentation, "OAuth Validator Modules" and "Dynamic Loading". The server's headers are not everywhere
 * where its programs are: what is needed of them stands here. The server looks at the sizes and numbers and refuses the module
 * if they are not its own.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct abi {
    int version, function_arguments, index_keys, name_length, float8_by_value;
    char extra[32];
};
struct magic {
    int size;
    struct abi abi;
    const char *name, *version;
};

const struct magic *Pg_magic_func(void);
const struct magic *Pg_magic_func(void)
{
    static const struct magic magic = {sizeof(struct magic), {1800, 100, 32, 64, 1, "PostgreSQL"}, "validator", "1"};
    return &magic;
}

struct result {
    bool authorized;
    char *name;
};
struct callbacks {
    uint32_t magic;
    void (*startup)(void *);
    void (*shutdown)(void *);
    bool (*validate)(const void *, const char *, const char *, struct result *);
};

/* The server's, which frees what it gives. */
extern char *pstrdup(const char *);

static bool validate(const void *state, const char *token, const char *role, struct result *result)
{
    (void)state;
    if (strncmp(token, "good-", 5) == 0) {
        result->authorized = true;
        result->name = pstrdup(role);
        if (strncmp(token + 5, role, strlen(role)) != 0)
            result->name = pstrdup("somebody else");
    }
    return true;
}

const struct callbacks *_PG_oauth_validator_module_init(void);
const struct callbacks *_PG_oauth_validator_module_init(void)
{
    static const struct callbacks callbacks = {0x20250220, 0, 0, validate};
    return &callbacks;
}
