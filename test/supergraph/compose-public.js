// node compose-public.js <folder of subgraphs>: what everybody sees who may call the composed graph.
import { composeServices } from '@theguild/federation-composition';
import { printComposed } from './print-composed.js';
import { readSubgraphs } from './read-subgraphs.js';

const { publicSdl, errors } = composeServices(readSubgraphs(process.argv[2]));
printComposed({ supergraphSdl: publicSdl, errors });
