// `npm run object-info [-- FILE]`: compares the built-in nodes with a recorded `/object_info` (default: the copy here). Exit code 1
// when an entry differs or a class is missing without a reason.
import { goldenObjectInfo } from './golden-object-info.ts';
import { ownObjectInfo } from './own-object-info.ts';
import { objectInfoText, reportObjectInfo } from './report-object-info.ts';

const report = reportObjectInfo(await goldenObjectInfo(process.argv[2]), ownObjectInfo());
console.log(objectInfoText(report));
process.exitCode = report.differences.length + report.unexplained.length > 0 ? 1 : 0;
