// node compose-partner.js <folder of subgraphs>: what partners see of the composed graph.
import { composeSchemaContract } from '@theguild/federation-composition';
import { printComposed } from './print-composed.js';
import { readSubgraphs } from './read-subgraphs.js';

// Nothing is shown to them unless it is tagged for them; and what is personal is not, though somebody tagged it so.
const tags = { include: new Set(['partner']), exclude: new Set(['pii']) };
const { publicSdl, errors } = composeSchemaContract(readSubgraphs(process.argv[2]), tags, true);
printComposed({ supergraphSdl: publicSdl, errors });
