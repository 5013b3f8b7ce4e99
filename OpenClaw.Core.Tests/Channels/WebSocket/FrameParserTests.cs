using System.Text;
using OpenClaw.Gateway.Core.Channels.WebSocket.Frames;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

public sealed class FrameParserTests
{
    private static readonly string[] Seeds =
    [
        """{"type":"message","id":"a","text":"hi \u00e9 \ud83d\ude00","attachments":[{"upload":"u","x":[1,{"y":null}]}],"button":"b","extra":{"a":[1,2,{}]}}""",
        """{"type":"typing","on":true}""",
        """{"type":"upload","id":"u","name":"n.txt","contentType":"text/plain","size":300000}""",
        """{"type":"read","seq":12}""",
        """{"type":"other","id":"x"}""",
    ];

    [Fact]
    public void Parse_Message_EveryField()
    {
        var frame = Parse("""{"button":"b","attachments":[{"upload":"u1"},{"upload":"u2"}],"text":"a\nb","id":"x","type":"message"}""");

        Assert.Equal(FrameType.Message, frame.Type);
        Assert.Equal(("x", "b", "a\nb"), (frame.Id, frame.Button, frame.Text.ToString()));
        Assert.Equal(["u1", "u2"], frame.Uploads!);
    }

    [Fact]
    public void Parse_EmptyContentTypeOfUpload_Taken() =>
        Assert.Equal(FrameType.Upload, Parse("""{"type":"upload","id":"u","name":"n","contentType":"","size":0}""").Type);

    [Fact]
    public void Parse_InvalidUtf8_Bad() => Assert.Equal(FrameType.Bad, FrameParser.Parse([.. "{\"type\":\"message\",\"id\":\"x\",\"text\":\""u8, 0xFF, .. "\"}"u8]).Type);

    [Fact]
    public void Parse_MoreAttachmentsThanTaken_Bad()
    {
        var uploads = string.Join(',', Enumerable.Range(0, FrameParser.MaxUploadsPerMessage + 1).Select(i => $$"""{"upload":"{{i}}"}"""));

        Assert.Equal(FrameType.Bad, Parse($$"""{"type":"message","id":"x","attachments":[{{uploads}}]}""").Type);
    }

    [Fact]
    public void Parse_EveryPrefix_NeverThrows()
    {
        foreach (var seed in Seeds)
        {
            var bytes = Encoding.UTF8.GetBytes(seed);
            for (var length = 0; length < bytes.Length; length++) Assert.Equal(FrameType.Bad, FrameParser.Parse(bytes.AsSpan(0, length)).Type);
        }
    }

    [Fact]
    public void Parse_RandomMutations_NeverThrowAndFieldsHold()
    {
        var random = new Random(7);
        for (var i = 0; i < 60_000; i++)
        {
            var bytes = Mutate(Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]), random);
            var frame = FrameParser.Parse(bytes);
            switch (frame.Type)
            {
                case FrameType.Bad:
                    Assert.NotNull(frame.Fault);
                    break;
                case FrameType.Message:
                    Assert.InRange(frame.Id!.Length, 1, 64);
                    Assert.True(!frame.Text.IsEmpty || frame.Uploads is not null || !string.IsNullOrEmpty(frame.Button));
                    break;
                case FrameType.Upload:
                    Assert.True(frame is { Name: not null, ContentType: not null, Size: >= 0 });
                    break;
                default:
                    break;
            }
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        for (var n = random.Next(1, 6); n > 0; n--)
        {
            var at = random.Next(bytes.Length);
            bytes = random.Next(4) switch
            {
                0 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(8))..], (byte)'}'],
                1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
                2 => [.. bytes[..at], .. bytes[at..], .. bytes[at..]],
                _ => [.. bytes[..at], "\"{}[]:,\\u0"u8[random.Next(10)], .. bytes[(at + 1)..]],
            };
            if (bytes.Length == 0) bytes = [(byte)'{'];
        }

        return bytes;
    }

    private static ClientFrame Parse(string json) => FrameParser.Parse(Encoding.UTF8.GetBytes(json));
}
