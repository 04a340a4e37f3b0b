/** What a flow evaluates or collects. */
export type Capability =
  | 'liveness'
  | 'identity'
  | 'fraud'
  | 'score'
  | 'serpro'
  | 'faceMatch'
  | 'revalidation'
  | 'age'
  | 'documents'
  | 'signature';

/**
 * The published flow names, and those seen elsewhere, with their capabilities (upstream.md §4.3; partly inferred from
 * the names).
 */
const PUBLISHED_FLOWS: Record<string, string> = {
  idlive: 'liveness',
  id: 'liveness identity',
  idlivetrust: 'liveness fraud',
  idcheck: 'liveness identity score',
  iddocs: 'liveness identity score documents',
  idsign: 'liveness identity score signature',
  iddocssign: 'liveness identity score documents signature',
  idchecktrust: 'liveness identity fraud score',
  idchecktrustdocs: 'liveness identity fraud score documents',
  idchecktrustsign: 'liveness identity fraud score signature',
  idchecktrustdocssign: 'liveness identity fraud score documents signature',
  idcheckserpro: 'liveness identity score serpro',
  idcheckserprodocs: 'liveness identity score serpro documents',
  idcheckserprodocssign: 'liveness identity score serpro documents signature',
  creditoconsignado: 'liveness identity score serpro documents signature',
  idtrust: 'liveness identity fraud',
  idunicodocs: 'liveness identity documents',
  idunicodocs_r2: 'liveness identity documents',
  idunicosign: 'liveness identity signature',
  idunicodocssign: 'liveness identity documents signature',
  idunicoserprodocssign: 'liveness identity serpro documents signature',
  idtrustdocs: 'liveness identity fraud documents',
  idtrustsign: 'liveness identity fraud signature',
  idtrustdocssign: 'liveness identity fraud documents signature',
  idtoken: 'liveness faceMatch',
  idtokentrust: 'liveness faceMatch fraud',
  idtokensign: 'liveness faceMatch signature',
  adaptiveidtoken: 'liveness faceMatch',
  idtransactional: 'liveness faceMatch',
  idonboarding: 'liveness identity fraud score',
  idsmart: 'revalidation',
  idage: 'liveness identity age',
  idagedocumentless: 'liveness age',
};

const CAPABILITIES_BY_FLOW = new Map(
  Object.entries(PUBLISHED_FLOWS).map(([flow, list]) => [flow, new Set(list.split(' ') as Capability[])]),
);

/** Custom flows are a tenant's own strings; the sandbox's tenant has every flow that starts with `custom-`. */
const CUSTOM_CAPABILITIES: ReadonlySet<Capability> = new Set(['liveness', 'identity', 'fraud', 'score']);

/** The flow of a tenant whose identity keys were never set up (upstream.md §4.6, code 9). */
export const UNCONFIGURED_FLOW = 'custom-unconfigured';

/** The capabilities of a flow, or `null` for a flow that does not exist. */
export function capabilitiesOf(flow: string): ReadonlySet<Capability> | null {
  return CAPABILITIES_BY_FLOW.get(flow) ?? (flow.startsWith('custom-') ? CUSTOM_CAPABILITIES : null);
}

/** Whether a flow allows creation without an identity document (upstream.md §S3). */
export function allowsOptionalDocument(flow: string): boolean {
  return flow.startsWith('custom-optional-document');
}

/** `process.capacities` as real payloads have them (upstream.md §4.4); the last two follow the pattern. */
const CAPACITY_NAMES: Record<Capability, string> = {
  liveness: 'PROCESS_CAPACITY_IDLIVE',
  identity: 'PROCESS_CAPACITY_IDUNICO',
  score: 'PROCESS_CAPACITY_IDCHECK',
  documents: 'PROCESS_CAPACITY_IDDOCS',
  signature: 'PROCESS_CAPACITY_IDSIGN',
  faceMatch: 'PROCESS_CAPACITY_IDTOKEN',
  fraud: 'PROCESS_CAPACITY_IDTRUST',
  serpro: 'PROCESS_CAPACITY_IDSERPRO',
  revalidation: 'PROCESS_CAPACITY_IDSMART',
  age: 'PROCESS_CAPACITY_IDAGE',
};

/** The value of `process.capacities` for a flow. */
export function capacitiesOf(flow: string): string[] {
  return [...(capabilitiesOf(flow) ?? [])].map((capability) => CAPACITY_NAMES[capability]);
}
