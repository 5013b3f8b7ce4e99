using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Peers;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Programs;

/// <summary>The official SDK's client for Node against an offered agent.</summary>
[Trait("Category", "Slow")]
public sealed class A2aPeerTests
{
    private const string Script = """
        import { ClientFactory, ClientFactoryOptions, DefaultAgentCardResolver, JsonRpcTransportFactory } from '@a2a-js/sdk/client';
        import { Role, TaskState } from '@a2a-js/sdk';
        import assert from 'node:assert/strict';
        const fetchImpl = (url, init) => fetch(url, { ...init, headers: { ...init?.headers, Authorization: 'Bearer ' + process.env.KEY } });
        const factory = new ClientFactory({ ...ClientFactoryOptions.default, transports: [new JsonRpcTransportFactory({ fetchImpl })], cardResolver: new DefaultAgentCardResolver({ fetchImpl }) });
        const agent = name => factory.createFromUrl(`${process.env.BASE}/a2a/default/${name}/.well-known/agent-card.json`, '');
        const request = (text, contextId = '', configuration) => ({ tenant: '', configuration, metadata: undefined, message: {
          messageId: crypto.randomUUID(), contextId, taskId: '', role: Role.ROLE_USER, metadata: undefined, extensions: [], referenceTaskIds: [],
          parts: [{ content: { $case: 'text', value: text }, mediaType: 'text/plain', filename: '', metadata: undefined }] } });
        const talker = await agent('talker');

        const task = await talker.sendMessage(request('hello there'));
        assert.equal(task.status.state, TaskState.TASK_STATE_COMPLETED);
        assert.equal(task.artifacts[0].parts[0].content.value, 'hello there');
        assert.ok(task.contextId);

        let text = '';
        const states = [], kinds = [];
        for await (const { payload } of talker.sendMessageStream(request('one two three', task.contextId))) {
          kinds.push(payload.$case);
          if (payload.$case === 'artifactUpdate') text = (payload.value.append ? text : '') + payload.value.artifact.parts[0].content.value;
          if (payload.$case === 'statusUpdate') states.push(payload.value.status.state);
        }
        assert.equal(text, 'one two three');
        assert.equal(kinds[0], 'task');
        assert.deepEqual(states, [TaskState.TASK_STATE_WORKING, TaskState.TASK_STATE_COMPLETED]);

        const got = await talker.getTask({ tenant: '', id: task.id, historyLength: undefined });
        assert.equal(got.history[0].parts[0].content.value, 'hello there');
        const listed = await talker.listTasks({ tenant: '', contextId: task.contextId, status: 0, pageToken: '', includeArtifacts: true });
        assert.equal(listed.tasks.length, 2);
        await assert.rejects(talker.getTask({ tenant: '', id: crypto.randomUUID() }), e => e.name === 'TaskNotFoundError');

        const slow = await agent('slow');
        const begun = await slow.sendMessage(request('wait', '', { acceptedOutputModes: [], returnImmediately: true }));
        assert.ok([TaskState.TASK_STATE_SUBMITTED, TaskState.TASK_STATE_WORKING].includes(begun.status.state));
        const seen = [];
        const watching = (async () => { for await (const { payload } of slow.resubscribeTask({ tenant: '', id: begun.id })) seen.push(payload.value.status?.state); })();
        await new Promise(done => setTimeout(done, 300));
        const canceled = await slow.cancelTask({ tenant: '', id: begun.id, metadata: undefined });
        assert.equal(canceled.status.state, TaskState.TASK_STATE_CANCELED);
        await watching;
        assert.equal(seen.at(-1), TaskState.TASK_STATE_CANCELED);
        await assert.rejects(slow.cancelTask({ tenant: '', id: begun.id }), e => e.name === 'TaskNotCancelableError');
        console.log('all well');
        """;

    [PeerFact("@a2a-js/sdk")]
    public async Task SdkClient_SendsStreamsGetsAndCancels()
    {
        await using var host = await ProgramHost.StartAsync();
        await host.AddAgentAsync("talker", "echo", """{"stream":true,"delayMs":30}""");
        await host.AddAgentAsync("slow", HttpServer.AbortedAsync);
        var output = await NodePeer.RunScriptAsync(Script, ("BASE", host.Product.Address.ToString().TrimEnd('/')), ("KEY", Product.Key));

        Assert.Equal("all well", output.Trim());
    }
}
