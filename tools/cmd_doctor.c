/*
 * hl78sim doctor: what this machine lacks, and for which feature.
 */
#include "command.h"
#include "doctor.h"
#include "share_folder.h"

#include <hl78sim/airvantage.h>

#include <cjson/cJSON.h>
#include <ev.h>
#include <mbedtls/version.h>
#include <nettle/version.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define PATH_SIZE 4200

/* Descriptors that one served modem needs, and those of the program itself. */
#define FILES_PER_MODEM 4
#define FILES_OF_OWN    32

/* Modems that one might want to serve at once. */
#define MODEMS_WANTED 1000

struct doctor_options {
    struct parsed parsed;
    const char *port;
};

void doctor_say(struct doctor *doctor, enum doctor_mark mark, const char *hint, const char *format,
                ...)
{
    static const char *const words[] = {"PASS", "WARN", "FAIL"};
    va_list arguments;

    printf("%s  ", words[mark]);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    if (hint != NULL && mark != DOCTOR_PASS) {
        printf("      %s\n", hint);
    }
    doctor->warnings += mark == DOCTOR_WARN;
    doctor->failures += mark == DOCTOR_FAIL;
}

/* ---- Pseudo terminals ---- */

/* One byte from one end to the other. */
static const char *try_pty(int master)
{
    const char *name;
    struct termios settings;
    char byte = 0;
    int slave;
    bool good;

    if (grantpt(master) != 0 || unlockpt(master) != 0) {
        return "cannot be unlocked";
    }
    name = ptsname(master);
    slave = name == NULL ? -1 : open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0) {
        return "the other end cannot be opened";
    }
    good = tcgetattr(slave, &settings) == 0;
    cfmakeraw(&settings);
    good = good && tcsetattr(slave, TCSANOW, &settings) == 0 && write(master, "A", 1) == 1 &&
           read(slave, &byte, 1) == 1 && byte == 'A';
    close(slave);
    return good ? NULL : "no byte gets through";
}

static void check_pty(struct doctor *doctor)
{
    static const char hint[] = "serve and run --port pty need it: is /dev/pts mounted, and "
                               "kernel.pty.max not reached?";
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    const char *problem = master < 0 ? strerror(errno) : try_pty(master);

    if (problem != NULL) {
        doctor_say(doctor, DOCTOR_FAIL, hint, "pseudo terminals: %s", problem);
    } else {
        doctor_say(doctor, DOCTOR_PASS, NULL, "pseudo terminals: made, and bytes get through");
    }
    if (master >= 0) {
        close(master);
    }
}

static void check_inotify(struct doctor *doctor)
{
    int fd = inotify_init1(IN_CLOEXEC);

    if (fd < 0) {
        doctor_say(doctor, DOCTOR_FAIL,
                   "serve needs it to see hosts come and go: raise fs.inotify.max_user_instances",
                   "inotify: %s", strerror(errno));
        return;
    }
    close(fd);
    doctor_say(doctor, DOCTOR_PASS, NULL, "inotify: hosts are seen to come and go");
}

static void check_files(struct doctor *doctor)
{
    struct rlimit limit;
    unsigned long modems;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= FILES_OF_OWN) {
        doctor_say(doctor, DOCTOR_FAIL, "ulimit -n 1024", "open files: too few");
        return;
    }
    modems = limit.rlim_cur == RLIM_INFINITY ? MODEMS_WANTED
                                             : (limit.rlim_cur - FILES_OF_OWN) / FILES_PER_MODEM;
    doctor_say(doctor, modems >= MODEMS_WANTED ? DOCTOR_PASS : DOCTOR_WARN,
               "for more modems in one serve: ulimit -n 8192",
               "open files: enough for %s%lu modems in one process",
               modems >= MODEMS_WANTED ? "more than " : "about ",
               modems >= MODEMS_WANTED ? (unsigned long)MODEMS_WANTED - 1 : modems);
}

/* ---- Libraries ---- */

static void say_library(struct doctor *doctor, const char *name, const char *built,
                        const char *running)
{
    bool same = strcmp(built, running) == 0;

    doctor_say(doctor, same ? DOCTOR_PASS : DOCTOR_WARN,
               "build hl78sim anew with the library that is installed now",
               same ? "%s %s" : "%s: built with %s and running with %s", name, built, running);
}

static void check_libraries(struct doctor *doctor)
{
    char built[32];
    char running[32];

    snprintf(built, sizeof built, "%d.%d", EV_VERSION_MAJOR, EV_VERSION_MINOR);
    snprintf(running, sizeof running, "%d.%d", ev_version_major(), ev_version_minor());
    say_library(doctor, "libev", built, running);
    snprintf(built, sizeof built, "%d.%d.%d", CJSON_VERSION_MAJOR, CJSON_VERSION_MINOR,
             CJSON_VERSION_PATCH);
    say_library(doctor, "cJSON", built, cJSON_Version());
    mbedtls_version_get_string(running);
    say_library(doctor, "mbedTLS", MBEDTLS_VERSION_STRING, running);
    doctor_say(doctor, hlsim_has_dtls() ? DOCTOR_PASS : DOCTOR_WARN,
               "build hl78sim with -DHL78SIM_DTLS=ON", "DTLS%s: coaps between modules and servers",
               hlsim_has_dtls() ? "" : " is not in this build");
    snprintf(built, sizeof built, "%d.%d", NETTLE_VERSION_MAJOR, NETTLE_VERSION_MINOR);
    snprintf(running, sizeof running, "%d.%d", nettle_version_major(), nettle_version_minor());
    say_library(doctor, "Nettle", built, running);
}

/* ---- Programs beside it ---- */

static bool is_on_path(const char *program)
{
    const char *path = getenv("PATH");
    char file[PATH_SIZE];

    while (path != NULL && *path != '\0') {
        size_t size = strcspn(path, ":");
        struct stat status;

        snprintf(file, sizeof file, "%.*s/%s", (int)size, path, program);
        if (access(file, X_OK) == 0 && stat(file, &status) == 0 && S_ISREG(status.st_mode)) {
            return true;
        }
        path += size + (path[size] == ':');
    }
    return false;
}

static void check_programs(struct doctor *doctor)
{
    static const struct {
        const char *program; /* or the path of a file */
        const char *package;
        const char *feature;
    } tools[] = {
        {"sx", "lrzsz", "sends a package into a modem by XMODEM, from a shell"},
        {"picocom", "picocom", "types commands to a served module by hand"},
        {"/usr/sbin/chat", "ppp", "dials into a served module; its pppd, where the kernel has PPP"},
        {"/usr/sbin/mosquitto", "mosquitto",
         "an MQTT broker for the module's sockets (serve --internet loopback)"},
        {"tshark", "tshark", "reads the CoAP and HTTP of a capture"},
        {"python3", "python3", "the example of a host of your own"},
        {"/usr/lib/python3/dist-packages/serial/__init__.py", "python3-serial",
         "hosts in Python at a serial port"},
        {"qemu-system-arm", "qemu-system-arm", "runs the example board in the loop"},
        {"arm-none-eabi-gcc", "gcc-arm-none-eabi", "builds the engine and the example board"},
    };

    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        const char *program = tools[i].program;
        bool found = program[0] == '/' ? access(program, R_OK) == 0 : is_on_path(program);
        char hint[100];

        snprintf(hint, sizeof hint, "only for that: apt-get install %s", tools[i].package);
        doctor_say(doctor, found ? DOCTOR_PASS : DOCTOR_WARN, hint, "%s%s: %s", tools[i].package,
                   found ? "" : " is not here", tools[i].feature);
    }
}

static void check_scenarios(struct doctor *doctor)
{
    char folder[PATH_SIZE];

    if (share_folder_scenarios(folder, sizeof folder)) {
        doctor_say(doctor, DOCTOR_PASS, NULL, "shipped scenarios: %s", folder);
    } else {
        doctor_say(doctor, DOCTOR_WARN, "install hl78sim as a whole: cmake --install",
                   "shipped scenarios: not where this program was installed");
    }
}

/* ---- The command ---- */

static enum exit_code run(const char *program, const void *values)
{
    const struct doctor_options *options = values;
    struct doctor doctor = {0};

    (void)program;
    if (options->parsed.operands.count > 0) {
        fprintf(stderr, "hl78sim doctor: expected no argument; a port is --port TTY\n");
        return EXIT_USAGE;
    }
    if (options->port != NULL) {
        doctor_check_port(&doctor, options->port, true);
    } else {
        check_pty(&doctor);
        check_inotify(&doctor);
        check_files(&doctor);
        check_libraries(&doctor);
        check_scenarios(&doctor);
        doctor_check_ports(&doctor);
        check_programs(&doctor);
    }
    printf("%s: %u failures, %u warnings\n", doctor.failures > 0 ? "FAIL" : "PASS", doctor.failures,
           doctor.warnings);
    return doctor.failures > 0 ? EXIT_ENVIRONMENT : EXIT_PASSED;
}

static const struct option_row rows[] = {
    {"port", 0, OPTION_TEXT, offsetof(struct doctor_options, port), NULL, "TTY",
     "only this serial port, which is opened for it"},
    {.name = NULL},
};

const struct command command_doctor = {
    .name = "doctor",
    .operands = "[--port TTY]",
    .about = "Say what this machine lacks, and for which feature",
    .details = "PASS is well, WARN is missing for a feature that it names, FAIL keeps hl78sim from "
               "working; each with a hint. Of a serial port it says whether you may use it and "
               "which program holds it. Without --port no serial port is opened.",
    .examples = "hl78sim doctor\nhl78sim doctor --port /dev/ttyUSB0",
    .options = rows,
    .size = sizeof(struct doctor_options),
    .run = run,
};
