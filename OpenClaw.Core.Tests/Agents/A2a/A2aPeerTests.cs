using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Peers;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Agents.A2a;

/// <summary>Our kind against agents made with the official SDK for Node.</summary>
[Trait("Category", "Slow")]
public sealed class A2aPeerTests : IDisposable
{
    /// <summary>What it does follows from what it is asked: the life of a task as in the SDK's sample agents, a plain message, a question back, failures.</summary>
    private const string Server = """
        import express from 'express';
        import { DefaultRequestHandler, InMemoryTaskStore, AgentEvent } from '@a2a-js/sdk/server';
        import { agentCardHandler, jsonRpcHandler, restHandler, UserBuilder } from '@a2a-js/sdk/server/express';
        import { TaskState, Role } from '@a2a-js/sdk';
        const part = value => ({ content: { $case: 'text', value }, mediaType: 'text/plain', filename: '', metadata: {} });
        const says = (text, ids) => ({ messageId: crypto.randomUUID(), role: Role.ROLE_AGENT, parts: [part(text)], metadata: {}, extensions: [], referenceTaskIds: [], ...ids });
        const canceled = new Set();
        const executor = {
          async execute(ctx, bus) {
            const ids = { taskId: ctx.taskId, contextId: ctx.contextId };
            const text = ctx.userMessage.parts[0].content.value;
            const status = (state, message) => bus.publish(AgentEvent.statusUpdate({ ...ids, status: { state, message: message && says(message, ids), timestamp: new Date().toISOString() }, metadata: {} }));
            const piece = (value, append, lastChunk) => bus.publish(AgentEvent.artifactUpdate({ ...ids, artifact: { artifactId: 'out', name: 'out', description: '', parts: [part(value)], metadata: {}, extensions: [] }, append, lastChunk, metadata: {} }));
            if (text === 'plain') { bus.publish(AgentEvent.message(says('just a message', { contextId: ctx.contextId, taskId: '' }))); bus.finished(); return; }
            bus.publish(AgentEvent.task(ctx.task ?? { id: ctx.taskId, contextId: ctx.contextId, status: { state: TaskState.TASK_STATE_SUBMITTED, timestamp: new Date().toISOString() }, history: [ctx.userMessage], artifacts: [], metadata: {} }));
            status(TaskState.TASK_STATE_WORKING, 'Thinking');
            if (text === 'ask me') { status(TaskState.TASK_STATE_INPUT_REQUIRED, 'Which colour?'); bus.finished(); return; }
            if (text === 'fail') { status(TaskState.TASK_STATE_FAILED, 'I cannot'); bus.finished(); return; }
            if (text === 'linger') {
              while (!canceled.has(ctx.taskId)) { piece('.', true, false); await new Promise(done => setTimeout(done, 20)); }
              console.log('canceled ' + ctx.taskId);
              status(TaskState.TASK_STATE_CANCELED); bus.finished(); return;
            }
            await new Promise(done => setTimeout(done, 50));
            for (const [i, word] of ['You ', 'said ', text].entries()) piece(word, i > 0, i === 2);
            status(TaskState.TASK_STATE_COMPLETED);
            bus.finished();
          },
          async cancelTask(taskId) { canceled.add(taskId); },
        };
        const app = express();
        const listening = app.listen(0, '127.0.0.1', () => {
          const base = 'http://127.0.0.1:' + listening.address().port;
          for (const [path, streaming, binding] of [['stream', true, 'JSONRPC'], ['poll', false, 'JSONRPC'], ['rest', true, 'HTTP+JSON']]) {
            const card = { name: 'Sample', description: 'x', version: '1', supportedInterfaces: [{ url: `${base}/${path}/a2a`, protocolBinding: binding, protocolVersion: '1.0', tenant: '' }],
              capabilities: { streaming, pushNotifications: false, extensions: [] }, defaultInputModes: ['text'], defaultOutputModes: ['text'], skills: [], securitySchemes: {}, securityRequirements: [], signatures: [] };
            const requestHandler = new DefaultRequestHandler(card, new InMemoryTaskStore(), executor);
            app.use(`/${path}/card`, agentCardHandler({ agentCardProvider: requestHandler }));
            const handler = { requestHandler, userBuilder: UserBuilder.noAuthentication };
            app.use(`/${path}/a2a`, binding === 'JSONRPC' ? jsonRpcHandler(handler) : restHandler(handler));
          }
          console.log('ready ' + base);
        });
        """;

    private readonly A2aFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [PeerTheory("@a2a-js/sdk", "express")]
    [InlineData("stream")]
    [InlineData("poll")]
    [InlineData("rest")]
    public async Task SdkAgent_TasksMessagesQuestionsAndFailures(string path)
    {
        await using var peer = await NodePeer.StartScriptAsync(Server);
        var model = A2aFixture.Model(new($"{peer.Ready}/{path}/card"));

        var task = await _fixture.AskAsync(model, "hello");
        Assert.Equal("You said hello", A2aFixture.Text(task));
        if (path != "poll") Assert.Equal(["You ", "said ", "hello"], _fixture.Sink.Deltas.Select(d => d.Text));
        Assert.Equal("just a message", A2aFixture.Text(await _fixture.AskAsync(model, "plain", task.Context is null ? null : A2aFixture.Remembered(task))));

        var question = await _fixture.AskAsync(model, "ask me");
        Assert.Equal("Which colour?", A2aFixture.Text(question));
        Assert.Equal("You said red", A2aFixture.Text(await _fixture.AskAsync(model, "red", A2aFixture.Remembered(question))));

        var failed = await _fixture.AskAsync(model, "fail");
        Assert.Equal((DeadLetterCauses.AgentError, "The agent's task failed: I cannot"), (failed.Failure?.Cause, failed.Failure?.Detail));
    }

    [PeerFact("@a2a-js/sdk", "express")]
    public async Task SdkAgent_Stopped_TaskIsCanceled()
    {
        await using var peer = await NodePeer.StartScriptAsync(Server);
        using var stop = new CancellationTokenSource();
        using var fixture = new A2aFixture(new TestClock()); // the few seconds that a cancel may take are not those of a busy machine
        var asking = fixture.AskAsync(A2aFixture.Model(new($"{peer.Ready}/stream/card")), "linger", cancellationToken: stop.Token);
        await fixture.Sink.WaitForAsync(2);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await peer.WaitForLineAsync(l => l.StartsWith("canceled ", StringComparison.Ordinal));
    }
}
