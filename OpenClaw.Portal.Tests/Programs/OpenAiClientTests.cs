using OpenClaw.Core.Tests.Peers;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Programs;

/// <summary>OpenAI's own client for Node against the front door.</summary>
[Trait("Category", "Slow")]
public sealed class OpenAiClientTests
{
    private const string Script = """
        import OpenAI, { NotFoundError, AuthenticationError, BadRequestError, InternalServerError } from 'openai';
        import assert from 'node:assert/strict';
        const client = new OpenAI({ baseURL: process.env.BASE, apiKey: process.env.KEY });
        const messages = [{ role: 'system', content: 'Be kind.' }, { role: 'user', content: 'hello there, you' }];

        const { data: whole, response } = await client.chat.completions.create({ model: 'talker', messages }).withResponse();
        assert.equal(whole.choices[0].message.content, 'hello there, you');
        const session = response.headers.get('x-session');
        assert.ok(session);

        let text = '', chunks = 0, role;
        const stream = await client.chat.completions.create({ model: 'talker', messages, stream: true, stream_options: { include_usage: true } }, { headers: { 'X-Session': session } });
        for await (const chunk of stream) { chunks++; role ??= chunk.choices[0]?.delta.role; text += chunk.choices[0]?.delta.content ?? ''; }
        assert.equal(text, 'hello there, you');
        assert.equal(role, 'assistant');
        assert.ok(chunks > 3, 'pieces: ' + chunks);

        const helper = client.chat.completions.stream({ model: 'talker', messages });
        assert.equal((await helper.finalChatCompletion()).choices[0].message.content, 'hello there, you');

        const models = [];
        for await (const model of client.models.list()) models.push(model.id);
        assert.ok(models.includes('auto') && models.includes('talker'), models.join());

        await assert.rejects(client.chat.completions.create({ model: 'nobody', messages }), e => e instanceof NotFoundError && e.code === 'model_not_found' && e.param === 'model');
        await assert.rejects(client.chat.completions.create({ model: 'talker', messages, n: 2 }), e => e instanceof BadRequestError && e.param === 'n');
        await assert.rejects(new OpenAI({ baseURL: process.env.BASE, apiKey: 'ock_wrong' }).models.list(), e => e instanceof AuthenticationError && e.code === 'invalid_api_key');
        await assert.rejects(client.chat.completions.create({ model: 'broken', messages }), e => e instanceof InternalServerError && e.status === 502 && e.code === 'agent_error');
        await assert.rejects(client.chat.completions.create({ model: 'broken', messages, stream: true }), e => e instanceof InternalServerError && e.status === 502);
        console.log('all well ' + session);
        """;

    [PeerFact("openai")]
    public async Task Client_ChatsStreamsListsAndFails_AsWithOpenAi()
    {
        await using var host = await ProgramHost.StartAsync();
        await host.AddAgentAsync("talker", "echo", """{"stream":true,"delayMs":30}""");
        var asked = 0;
        await host.AddAgentAsync("broken", http =>
        {
            Interlocked.Increment(ref asked);
            http.Response.StatusCode = 422;
            return Task.CompletedTask;
        });
        var output = await NodePeer.RunScriptAsync(Script, ("BASE", host.V1), ("KEY", Product.Key));

        Assert.StartsWith("all well ", output, StringComparison.Ordinal);
        Assert.Equal(2, asked); // the client did not send again by itself what the gateway had taken
    }
}
