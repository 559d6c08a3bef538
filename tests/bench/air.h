/*
 * The air side's share of the benchmark: years and fleets of modems that poll.
 */
#ifndef HL78SIM_TESTS_BENCH_AIR_H
#define HL78SIM_TESTS_BENCH_AIR_H

/* A year of daily polls over DTLS, with every rotation of keys in it. */
void bench_year(void);

/* A thousand modems that poll one AirVantage for a virtual day, in a process of their own, so that
 * its memory can be told. */
void bench_fleet(void);

#endif
