using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;

namespace OpenClaw.Core.Tests.Agents.Answers;

public sealed class SseParserTests
{
    private const int LongestLine = 4_096;

    /// <summary>What streams are made of, so that chance meets the syntax.</summary>
    private static readonly string[] Tokens =
        ["data", "event", "id", "retry", ":", ": ", " ", "\n", "\r", "\r\n", "\n\n", "\r\r", "\uFEFF", "done", "delta", "{}", "é", "✓", "😀", "\0", "data: {\"text\":\"x\"}\n\n", ":ping\n", "event: done\n\n"];

    [Theory]
    [InlineData("data: a\n\n", "message=a")]
    [InlineData("data:a\n\n", "message=a")]
    [InlineData("data:  a\n\n", "message= a")]
    [InlineData("data: a\ndata: b\n\n", "message=a\\nb")]
    [InlineData("data\n\n", "message=")]
    [InlineData("data:\ndata\n\n", "message=\\n")]
    [InlineData("event: delta\ndata: a\n\n", "delta=a")]
    [InlineData("event: delta\r\ndata: a\r\n\r\n", "delta=a")]
    [InlineData("event: delta\rdata: a\r\r", "delta=a")]
    [InlineData("data: a\nevent: delta\n\ndata: b\n\n", "delta=a message=b")]
    [InlineData("event: done\n\n", "done=")]
    [InlineData("event:\n\n", "")]
    [InlineData("\n\n\n", "")]
    [InlineData(": ping\n\n", "#")]
    [InlineData(":\ndata: a\n\n", "# message=a")]
    [InlineData("id: 1\nretry: 5\nnonsense\ndata: a\n\n", "message=a")]
    [InlineData("\uFEFFdata: a\n\n", "message=a")]
    [InlineData("data: a\n\n\uFEFFdata: b\n\n", "message=a")]
    [InlineData("data: a", "")]
    [InlineData("data: a\n", "")]
    [InlineData("data: a: b\n\n", "message=a: b")]
    public void TryRead_Stream_ItsEvents(string stream, string events) =>
        Assert.Equal(events, string.Join(' ', Events([Encoding.UTF8.GetBytes(stream)])).Replace("\n", "\\n", StringComparison.Ordinal));

    [Fact]
    public void TryRead_AnyStreamCutAnywhere_SameEvents() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3_000),
        Prop.ForAll(Streams().ToArbitrary(), s => Events([s.Bytes]).SequenceEqual(Events(Cut(s.Bytes, s.Cuts)))));

    [Fact]
    public void TryRead_AnyBytes_NeverThrows() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => Events([bytes]).Count >= 0));

    [Fact]
    public void TryRead_LineTooLong_RefusedBeforeItIsKept()
    {
        var parser = new SseParser(LongestLine);
        var e = Assert.Throws<AnswerException>(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                ReadOnlySpan<byte> part = Encoding.UTF8.GetBytes(new string('x', 1_000));
                parser.TryRead(ref part, out _);
            }
        });

        Assert.Equal(DeadLetterCauses.AgentAnswerTooLarge, e.Failure);
    }

    private static Gen<(byte[] Bytes, int[] Cuts)> Streams() =>
        from tokens in Gen.ArrayOf(Gen.Elements(Tokens))
        from cuts in Gen.ArrayOf(Gen.Choose(0, 400))
        select (Encoding.UTF8.GetBytes(string.Concat(tokens)), cuts);

    private static IEnumerable<byte[]> Cut(byte[] bytes, int[] cuts)
    {
        var start = 0;
        foreach (var end in cuts.Where(c => c <= bytes.Length).Order().Append(bytes.Length))
        {
            yield return bytes[start..end];
            start = end;
        }
    }

    private static List<string> Events(IEnumerable<byte[]> parts)
    {
        var parser = new SseParser(LongestLine);
        List<string> events = [];
        foreach (var part in parts)
        {
            ReadOnlySpan<byte> rest = part;
            while (parser.TryRead(ref rest, out var sse)) events.Add(sse.IsComment ? "#" : $"{sse.Name}={Encoding.UTF8.GetString(sse.Data.Span)}");
        }

        return events;
    }
}
