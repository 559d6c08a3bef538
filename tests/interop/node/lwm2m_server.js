/*
 * An LwM2M server that other people wrote (lwm2m-node-lib), by lines of JSON: it tells of
 * registrations, updates and notifications, and does what it is told to:
 *
 *     {"do": "read|write|execute|observe", "path": [3, 0, 0], "value": "..."}
 *
 * The only argument is the UDP port on 127.0.0.1.
 */
'use strict';

const readline = require('readline');
const server = require('lwm2m-node-lib').server;

const port = Number(process.argv[2]);
let device;

function tell(what) {
  process.stdout.write(JSON.stringify(what) + '\n');
}

function answer(command) {
  return (error, value) =>
    tell({ done: command.do, path: command.path, error: error ? error.name : null, value });
}

function obey(command) {
  const path = command.path;
  const done = answer(command);

  if (command.do === 'write' || command.do === 'execute') {
    server[command.do](device, path[0], path[1], path[2], command.value || '', done);
  } else if (command.do === 'observe') {
    const notified = (value) => tell({ notified: path, value });

    server.observe(device, path[0], path[1], path[2], notified, done);
  } else {
    server.read(device, path[0], path[1], path[2], done);
  }
}

function registered(name, lifetime, version, binding, payload, callback) {
  server.getDevice(name, (error, found) => {
    device = found.id;
    tell({ registered: name, lifetime, version, binding, objects: payload });
    callback();
  });
}

server.start(
  {
    port,
    lifetimeCheckInterval: 1000,
    udpWindow: 100,
    defaultType: 'Device',
    types: [],
    logLevel: 'FATAL',
    ipProtocol: 'udp4',
    serverProtocol: 'udp4',
    formats: [{ name: 'application/vnd.oma.lwm2m+tlv', value: 11542 }],
    writeFormat: 'text/plain',
    defaultAcceptFormat: 'text/plain',
  },
  (error, info) => {
    if (error) {
      throw error;
    }
    server.setHandler(info, 'registration', registered);
    server.setHandler(info, 'unregistration', (gone, callback) => {
      tell({ unregistered: gone.name });
      callback();
    });
    server.setHandler(info, 'updateRegistration', (found, payload, callback) => {
      tell({ updated: found.name });
      callback();
    });
    tell({ listening: port });
  }
);

readline.createInterface({ input: process.stdin }).on('line', (line) => obey(JSON.parse(line)));
process.stdin.on('end', () => process.exit(0));
