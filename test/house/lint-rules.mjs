// Rules of this project for oxlint, which loads them as a plugin (see .oxlintrc.json): each holds one kind of knot untied.

/** `slice(a, (a += n))` depends on who is evaluated first; `onMoved?.((moved += n))` counts only where somebody listens. */
const noChangeInExpression = {
  create(context) {
    const check = (node) => {
      if (!standsAlone(node)) {
        context.report({
          node,
          message: 'state is changed inside an expression: give the change a line of its own',
        });
      }
    };
    return { AssignmentExpression: check, UpdateExpression: check };
  },
};

function standsAlone(node) {
  const { parent } = node;
  if (parent.type === 'UnaryExpression' && parent.operator === 'void') return isWholeArrow(parent);
  if (parent.type === 'ForStatement') return parent.update === node || parent.init === node;
  return parent.type === 'ExpressionStatement' || isWholeArrow(node);
}

/** `(bytes) => (sum += bytes.length)`: nothing else is evaluated there. */
const isWholeArrow = (node) => node.parent.type === 'ArrowFunctionExpression' && node.parent.body === node;

/** A pattern with stars has one meaning, and one matcher that many stars do not slow down. */
const oneGlob = {
  create: (context) => ({
    CallExpression(node) {
      const { callee, arguments: given } = node;
      if (callee.type !== 'MemberExpression' || given[0]?.type !== 'Literal') return;
      const call = `${callee.property.name}(${given[0].value})`;
      if (call === 'split(*)' || call === 'join(.*)') {
        context.report({ node, message: 'a pattern with stars is matched by shared/glob.ts' });
      }
    },
  }),
};

/** A wait that a signal ends, and that does not reject then. */
const onePause = {
  create: (context) => ({
    ImportDeclaration(node) {
      if (node.source.value !== 'node:timers/promises') return;
      context.report({ node, message: 'to wait for a time is shared/pause.ts' });
    },
  }),
};

/** The counts of a queue are three attributes, of which each place would forget another one. */
const oneDepth = {
  create: (context) => ({
    Literal(node) {
      if (!/^ApproximateNumberOfMessages(NotVisible|Delayed)?$/.test(String(node.value))) return;
      context.report({
        node,
        message: 'how many messages a queue holds is told by cli/pipeline/queue-depth.ts',
      });
    },
  }),
};

/** What means this machine is a question of safety: it has one answer. */
const oneLoopback = {
  create: (context) => ({
    Literal(node) {
      if (node.regex?.pattern.includes('::1') !== true) return;
      context.report({ node, message: 'what means this machine is told by local/gateway/loopback.ts' });
    },
  }),
};

/** A quote inside quotes is easy to get wrong, and then a key runs as a command. */
const oneShellQuote = {
  create: (context) => ({
    CallExpression({ callee, arguments: given }) {
      if (callee.property?.name !== 'replaceAll' || given[0]?.value !== "'") return;
      context.report({
        node: given[0],
        message: 'a word for a shell is quoted by cli/terminal/shell-word.ts',
      });
    },
  }),
};

/** A line of the runtime's own names its level, keeps an error's text and cannot speak to the terminal. */
const linesThroughLog = {
  create: (context) => ({
    MemberExpression(node) {
      const text = `${node.object.name}.${node.property.name}`;
      if (/^console\.|^process\.(stderr|stdout)$/.test(text)) {
        context.report({ node, message: `a line of the runtime is written by local/log.ts, not by ${text}` });
      }
    },
  }),
};

const isEnding = ({ callee }) => /^after(All|Each)$/.test(callee.name ?? '');

/** After a failed `beforeAll` an `afterAll` that throws would hide the error that matters. */
const endWhatBegan = {
  create(context) {
    const unset = new Set();
    const used = [];
    let depth = 0;
    return {
      VariableDeclarator(node) {
        if (node.parent.kind === 'let' && node.init === null) unset.add(node.id.name);
      },
      CallExpression(node) {
        if (isEnding(node)) depth++;
      },
      'CallExpression:exit'(node) {
        if (isEnding(node)) depth--;
      },
      MemberExpression(node) {
        if (depth > 0 && !node.optional && node.object.type === 'Identifier') used.push(node);
      },
      'Program:exit'() {
        for (const node of used.filter(({ object }) => unset.has(object.name))) {
          context.report({
            node,
            message: `${node.object.name} is undefined when what should have set it has failed: ${node.object.name}?.…`,
          });
        }
      },
    };
  },
};

/** A docstring says what is declared, `//` why something is done. "Of the uploads, those …" has to be read twice. */
const plainComments = {
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (comment.type !== 'Block') continue;
        if (!comment.value.startsWith('*')) {
          context.report({ node: comment, message: 'a comment inside code is written with //' });
        } else if (/^\*\s*Of\s/.test(comment.value)) {
          context.report({
            node: comment,
            message: 'a docstring begins with what the thing is, not with "Of"',
          });
        }
      }
    },
  }),
};

// oxlint takes a plugin by its default export
export default {
  meta: { name: 'sluice' },
  rules: {
    'no-change-in-expression': noChangeInExpression,
    'one-glob': oneGlob,
    'one-loopback': oneLoopback,
    'one-pause': onePause,
    'one-queue-depth': oneDepth,
    'one-shell-quote': oneShellQuote,
    'lines-through-log': linesThroughLog,
    'end-what-began': endWhatBegan,
    'plain-comments': plainComments,
  },
};
