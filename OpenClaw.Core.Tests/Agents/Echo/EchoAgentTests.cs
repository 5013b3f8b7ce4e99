using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Echo;

namespace OpenClaw.Core.Tests.Agents.Echo;

public sealed class EchoAgentTests
{
    private readonly TestClock _clock = new();
    private readonly RecordingSink _sink = new();

    [Fact]
    public async Task AskAsync_Plain_AnswersAtOnceWithTheSameBytes()
    {
        var request = AgentSamples.Request(AgentSamples.Model("echo"), "héllo ✓");

        var asked = Agent("{}").AskAsync(request, _sink, CancellationToken.None).AsTask();

        Assert.True(asked.IsCompletedSuccessfully);
        var reply = Assert.Single((await asked).Replies);
        Assert.True(reply.Text.Bytes.Equals(request.Text.Bytes)); // not even copied
        Assert.Null(reply.Extras);
        Assert.Empty(_sink.Deltas);
    }

    [Fact]
    public async Task AskAsync_Plain_AllocatesLittle()
    {
        var agent = Agent("{}");
        var request = AgentSamples.Request(AgentSamples.Model("echo"));
        await agent.AskAsync(request, _sink, CancellationToken.None);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) await agent.AskAsync(request, _sink, CancellationToken.None); // never leaves this thread
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000;

        Assert.InRange(each, 0, 320);
    }

    [Fact]
    public async Task AskAsync_WithDelay_AnswersWhenItIsOver()
    {
        var asked = Agent("""{"delayMs":250}""").AskAsync(AgentSamples.Request(AgentSamples.Model("echo")), _sink, CancellationToken.None).AsTask();

        _clock.Advance(TimeSpan.FromMilliseconds(249));
        Assert.False(asked.IsCompleted);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True((await asked).IsAnswer);
    }

    [Fact]
    public async Task AskAsync_CancelledInDelay_Throws()
    {
        using var stop = new CancellationTokenSource();
        var asked = Agent("""{"delayMs":250}""").AskAsync(AgentSamples.Request(AgentSamples.Model("echo")), _sink, stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Theory]
    [InlineData("one two three", "one |two |three")]
    [InlineData("日本語のとても長い文章", "日|本|語|のとても長い文章")]
    [InlineData("", "")]
    public async Task AskAsync_Streamed_PiecesThatAddUpToTheText(string text, string pieces)
    {
        var outcome = await Agent("""{"stream":true}""").AskAsync(AgentSamples.Request(AgentSamples.Model("echo"), text), _sink, CancellationToken.None);

        Assert.Equal(pieces, string.Join('|', _sink.Deltas.Select(d => d.Text)));
        Assert.All(_sink.Deltas, d => Assert.Equal(0, d.Reply));
        Assert.Equal(text, Assert.Single(outcome.Replies).Text.ToString());
    }

    [Fact]
    public async Task AskAsync_StreamedLongText_FewPieces()
    {
        var text = string.Concat(Enumerable.Repeat("wörd ✓ 語😀 ", 5_000));

        await Agent("""{"stream":true}""").AskAsync(AgentSamples.Request(AgentSamples.Model("echo"), text), _sink, CancellationToken.None);

        Assert.InRange(_sink.Deltas.Count, 2, 50);
        Assert.Equal(text, string.Concat(_sink.Deltas.Select(d => d.Text)));
    }

    [Fact]
    public async Task AskAsync_AttachmentsOnly_SentBack()
    {
        AttachmentRef[] attachments = [new(Guid.NewGuid(), "a.png", "image/png", 3)];

        var outcome = await Agent("{}").AskAsync(AgentSamples.Request(AgentSamples.Model("echo"), "", new(attachments)), _sink, CancellationToken.None);

        Assert.Equal(attachments, Assert.Single(outcome.Replies).Extras?.Attachments);
    }

    [Theory]
    [InlineData("", "yes")]
    [InlineData("hi", "hi")]
    public async Task AskAsync_Button_ItsValueWhereThereIsNoText(string text, string answer)
    {
        var outcome = await Agent("{}").AskAsync(AgentSamples.Request(AgentSamples.Model("echo"), text, new(Button: "yes")), _sink, CancellationToken.None);

        Assert.Equal(answer, Assert.Single(outcome.Replies).Text.ToString());
    }

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"delayMs":null,"stream":null,"later":1}""", "")]
    [InlineData("""{"delayMs":600000,"stream":true,"busy":"collect","retry":{"attempts":3,"baseDelayMs":5,"maxDelayMs":6}}""", "")]
    [InlineData("""{"delayMs":-1}""", "settings.delayMs")]
    [InlineData("""{"delayMs":600001}""", "settings.delayMs")]
    [InlineData("""{"delayMs":1.5}""", "settings.delayMs")]
    [InlineData("""{"delayMs":"1","stream":"yes"}""", "settings.delayMs settings.stream")]
    [InlineData("""{"busy":"never"}""", "settings.busy")]
    [InlineData("""{"retry":{"attempts":0,"baseDelayMs":-1}}""", "settings.retry.baseDelayMs settings.retry.attempts")]
    [InlineData("""{"retry":{"baseDelayMs":50000,"maxDelayMs":1}}""", "settings.retry.maxDelayMs")]
    [InlineData("""{"retry":5}""", "settings.retry")]
    [InlineData("[]", "settings")]
    public void Validate_Settings_NamesTheWrongOnes(string settings, string fields) =>
        Assert.Equal(fields, string.Join(' ', new EchoKind(_clock).Validate(AgentSamples.Json(settings)).Select(f => f.Field)));

    private IAgent Agent(string settings) => new EchoKind(_clock).Create(AgentSamples.Model("echo", settings));
}
