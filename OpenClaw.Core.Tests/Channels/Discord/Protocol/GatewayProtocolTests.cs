using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Channels.Discord.Listening;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

namespace OpenClaw.Core.Tests.Channels.Discord.Protocol;

public sealed class GatewayProtocolTests
{
    [Theory]
    [InlineData(4000, GatewayNext.Resume)]
    [InlineData(4001, GatewayNext.Resume)]
    [InlineData(4002, GatewayNext.Resume)]
    [InlineData(4003, GatewayNext.Resume)]
    [InlineData(4004, GatewayNext.Fatal)]
    [InlineData(4005, GatewayNext.Resume)]
    [InlineData(4007, GatewayNext.Identify)]
    [InlineData(4008, GatewayNext.BackOff)]
    [InlineData(4009, GatewayNext.Identify)]
    [InlineData(4010, GatewayNext.Fatal)]
    [InlineData(4011, GatewayNext.Fatal)]
    [InlineData(4012, GatewayNext.Fatal)]
    [InlineData(4013, GatewayNext.Fatal)]
    [InlineData(4014, GatewayNext.Fatal)]
    [InlineData(1006, GatewayNext.Resume)]
    [InlineData(1000, GatewayNext.Resume)]
    [InlineData(null, GatewayNext.Resume)]
    public void CloseCode_SaysWhatComesNext_FatalOnesWithAFix(int? code, object next)
    {
        var end = CloseCodes.Of(code);

        Assert.Equal((GatewayNext)next, end.Next);
        if (end.Next == GatewayNext.Fatal) Assert.False(string.IsNullOrEmpty(end.Fix));
        if (end.Next == GatewayNext.BackOff) Assert.True(end.Pause > TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("""{"t":"X","s":5,"op":0,"d":{"a":"}"}}""", 0, 5L, "X", """{"a":"}"}""")]
    [InlineData("""{"d":{"a":[1,{"d":2}]},"op":0,"s":5,"t":"X"}""", 0, 5L, "X", """{"a":[1,{"d":2}]}""")]
    [InlineData("""{"op":9,"d":false}""", 9, null, null, "false")]
    [InlineData("""{"op":11,"d":null,"s":null,"t":null}""", 11, null, null, "")]
    [InlineData("""{"op":"x","s":"y","t":7,"other":{"deep":[1,2]},"d":"z"}""", -1, null, null, "\"z\"")]
    public void Frame_IsReadFromOutside(string json, int op, long? sequence, string? type, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(json);

        Assert.True(GatewayFrame.TryRead(bytes, out var frame));

        Assert.Equal((op, sequence, type, content), (frame.Op, frame.Sequence, frame.Type, Encoding.UTF8.GetString(bytes[frame.Data])));
    }

    [Fact]
    public void Text_ThatIsNoUtf8_IsMended()
    {
        byte[] frame = [.. """{"id":"a"""u8, 0xC3, .. """("}"""u8];
        Assert.Equal("a\ufffd(", Lenient.Parse(frame).Text("id"));
    }

    [Fact]
    public void Frame_AnyBytes_NeverThrow()
    {
        Prop.ForAll<byte[]>(bytes =>
        {
            GatewayFrame.TryRead(bytes, out _);
            GatewayFrame.TryPeek(bytes, out _);
            _ = Lenient.Parse(bytes).Text("content");
        }).QuickCheckThrowOnFailure();
        var frame = """{"t":"MESSAGE_CREATE","s":5,"op":0,"d":{"id":"1","content":"a\ud83d","author":{"id":"2"}}}"""u8.ToArray();
        Prop.ForAll<int, byte>((at, value) =>
        {
            var broken = frame.ToArray();
            broken[(at & int.MaxValue) % broken.Length] = value;
            if (GatewayFrame.TryRead(broken, out var outside)) _ = Lenient.Parse(broken.AsMemory()[outside.Data]).Get("author").Text("id");
            _ = GatewayFrame.TryPeek(broken.AsSpan(0, (at & int.MaxValue) % broken.Length), out _);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("\"a\\ud83db\"", "a\ufffdb")]
    [InlineData("\"\\udc00\"", "\ufffd")]
    [InlineData("\"\\ud83d\\ude00\\n\\\"\"", "😀\n\"")]
    [InlineData("\"\\ud83d\\ud83d\\ude00\"", "\ufffd😀")]
    public void Text_ThatIsNoUnicode_IsMended(string json, string text) => Assert.Equal(text, Lenient.Parse(Encoding.UTF8.GetBytes($"{{\"x\":{json}}}")).Text("x"));

    [Fact]
    public void Lenient_AnyTypes_AreAbsent()
    {
        var json = JsonElement.Parse("""{"n":null,"s":"text","f":1.5,"a":[1],"o":{},"id":12,"big":1e300}""");

        Assert.Equal((null, 0UL, 7L, 12UL), (json.Text("n"), json.Id("s"), json.Number("a", 7), json.Id()));
        Assert.Equal((1, 0, false, null), (json.Number("f"), json.Number("big"), json.Flag("s"), json.Real("s")));
        Assert.Empty(json.Items("o"));
        Assert.Equal(JsonValueKind.Undefined, json.Get("n").ValueKind);
    }

    [Theory]
    [InlineData("""{"url":"wss://g.example","shards":2,"session_start_limit":{"remaining":3,"reset_after":1000,"max_concurrency":4}}""", 2, 3, 4)]
    [InlineData("""{"url":"wss://g.example"}""", 1, 1000, 1)]
    [InlineData("""{"url":"wss://g.example","shards":-5,"session_start_limit":{"remaining":"x","max_concurrency":0}}""", 1, 1000, 1)]
    public void GatewayInfo_TakesWhatThereIs(string json, int shards, int remaining, int concurrency)
    {
        var info = GatewayInfo.Read(JsonElement.Parse(json))!;

        Assert.Equal((shards, remaining, concurrency), (info.Shards, info.Remaining, info.MaxConcurrency));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"url":"https://not.a.socket"}""")]
    [InlineData("""{"url":5}""")]
    public void GatewayInfo_WithoutAnAddress_IsNone(string json) => Assert.Null(GatewayInfo.Read(JsonElement.Parse(json)));

    [Fact]
    public async Task IdentifyGate_KeepsFiveSecondsBetween()
    {
        var clock = new TestClock();
        var gate = new IdentifyGate(clock);

        await gate.EnterAsync(0, 2, CancellationToken.None);
        await gate.EnterAsync(1, 2, CancellationToken.None);
        var third = gate.EnterAsync(2, 2, CancellationToken.None).AsTask();

        Assert.False(third.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(5));
        await third.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void SendLimit_StaysBelow120AMinute()
    {
        var clock = new TestClock();
        var limit = new SendLimit(clock);

        Assert.InRange(Enumerable.Range(0, 200).Count(_ => limit.TryTake()), 100, 119);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True(limit.TryTake());
    }

    [Fact]
    public async Task SequenceLedger_IsOnlyAsFarAsAllAreDone()
    {
        var ledger = new SequenceLedger(after: 3);
        ledger.Open(4);
        ledger.Open(5);
        ledger.Close(6);
        ledger.Close(5);
        Assert.Equal(3, ledger.Done);
        var reached = ledger.ReachAsync(6, CancellationToken.None);
        Assert.False(reached.IsCompleted);

        ledger.Close(4);

        Assert.Equal(6, ledger.Done);
        await reached.WaitAsync(TimeSpan.FromSeconds(60));
        ledger.Open(7);
        ledger.Withdraw(7);
        Assert.Equal(6, ledger.Done);
    }
}
