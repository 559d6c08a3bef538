/*
 * Codes of +CMS ERROR [27.005 3.2.5].
 */
#ifndef HLSIM_MODEM_CMS_H
#define HLSIM_MODEM_CMS_H

#define HLSIM__CMS_NOT_ALLOWED    302
#define HLSIM__CMS_PDU_PARAMETER  304
#define HLSIM__CMS_TEXT_PARAMETER 305
#define HLSIM__CMS_SIM_ABSENT     310
#define HLSIM__CMS_SIM_PIN        311
#define HLSIM__CMS_SIM_FAILURE    313
#define HLSIM__CMS_SIM_PUK        316
#define HLSIM__CMS_MEMORY_FAILURE 320
#define HLSIM__CMS_INDEX          321
#define HLSIM__CMS_MEMORY_FULL    322
#define HLSIM__CMS_NO_CENTRE      330
#define HLSIM__CMS_NO_SERVICE     331
#define HLSIM__CMS_NO_CNMA        340 /* no acknowledgement is expected */

#endif
