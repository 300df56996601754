#!/usr/bin/env node
// Kept in the oldest JavaScript that any Node reads: its first task is to tell an old one so.
'use strict';
var major = Number(process.versions.node.split('.')[0]);
if (!(major >= 24)) {
  console.error(
    'bonewatch: needs Node 24 or newer, this is Node ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ')',
  );
  process.exit(1);
}
// A call into a hung network mount holds one of these threads; the default of four would leave none to the rest.
if (!process.env.UV_THREADPOOL_SIZE) process.env.UV_THREADPOOL_SIZE = '48';
// A checkout runs its sources as they are; an installed release holds the build only.
import('../src/cli/cli.ts').catch(function (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/src\/cli\/cli\.ts/.test(error.message)) throw error;
  return import('../dist/cli/cli.js');
});
