import { known, type KnownShape } from '../parsing/unknown-evidence.ts';

/** The checks of a document, and the OCR fields in `doc.data`, which have any names (upstream.md §S0). */
const DOCUMENT: KnownShape = {
  properties: {
    ...known('docId typified cpfMatch faceMatch validateDoc reusedDoc signedUrl'),
    doc: { properties: known('version code data') },
  },
  results: true,
};

/** `authenticationInfo` (upstream.md §S0). The last four are of older payloads, which upstream.md §4.4 says to ignore. */
const AUTHENTICATION_INFO: KnownShape = {
  properties: {
    ...known(
      'authenticationId livenessResult authenticationResult identityFraudstersResult bioTokenEngineResult',
    ),
    ...known('smartRevalidationResult idAgeResult'),
    scoreEngineResult: { properties: known('scoreEnabled score'), results: true },
    serproResult: { properties: known('score'), results: true },
    ...known('trustResult faceWithOtherIdResult frictionlessResult riskLevelResult'),
  },
  results: true,
};

/** A process of client/v1/process: the response of upstream.md §S0, and what it may echo of its creation (§4.2). */
export const IDCLOUD_SHAPE: KnownShape = {
  properties: {
    ...known('id flow callbackUri userRedirectUrl state result createdAt finishedAt expiresAt purpose'),
    ...known('clientReference useCase capacities token companyBranchId bioTokenId expiresIn'),
    ...known('flowConfig payload references'),
    authenticationInfo: AUTHENTICATION_INFO,
    person: {
      properties: known('duiType duiValue friendlyName email phone phoneCountryCodeAlpha3 notifications'),
    },
    companyData: { properties: known('branchId countryCode') },
    bioTokenData: { properties: known('referenceProcessId authenticationId') },
    services: {
      properties: { ...known('envelopeId documentIds consentGranted'), documents: DOCUMENT },
    },
  },
};
