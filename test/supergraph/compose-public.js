// node compose-public.js <folder of subgraphs>: prints the view of callers.
import { composeServices } from '@theguild/federation-composition';
import { printComposed } from './print-composed.js';
import { readSubgraphs } from './read-subgraphs.js';

const { publicSdl, errors } = composeServices(readSubgraphs(process.argv[2]));
printComposed({ supergraphSdl: publicSdl, errors });
