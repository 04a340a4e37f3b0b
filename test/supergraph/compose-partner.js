// node compose-partner.js <folder of subgraphs>: prints the view of partners.
import { composeSchemaContract } from '@theguild/federation-composition';
import { printComposed } from './print-composed.js';
import { readSubgraphs } from './read-subgraphs.js';

// The view contains only fields that are tagged for partners, and no personal field, even if one is tagged for partners.
const tags = { include: new Set(['partner']), exclude: new Set(['pii']) };
const { publicSdl, errors } = composeSchemaContract(readSubgraphs(process.argv[2]), tags, true);
printComposed({ supergraphSdl: publicSdl, errors });
