using System.Diagnostics;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Imap.ImapSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Imap;

/// <summary>
/// Answers of servers, mutated: no exception but those that are told apart, no hang, bounded memory. OPENCLAW_FUZZ_SECONDS for longer,
/// OPENCLAW_FUZZ_SEED for other mutations; what fails says its input in base64, which then belongs into <see cref="ReadAsync_FoundOnce_StaysMended"/>.
/// </summary>
[Collection(MemoryCollection.Name)]
public sealed class ImapFuzzTests
{
    private static readonly string[] Answers =
    [
        "* OK [CAPABILITY IMAP4rev1 IDLE NAMESPACE UIDPLUS MOVE AUTH=PLAIN SASL-IR] ready\r\n",
        "* CAPABILITY IMAP4rev1 IDLE\r\na1 OK [CAPABILITY IMAP4rev1 MOVE] done\r\n",
        "* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent &APw-\"\r\n* LIST () NIL {5}\r\nab\"cd\r\na1 OK done\r\n",
        "* NAMESPACE ((\"INBOX.\" \".\")(\"\" \"/\" \"X-PARAM\" (\"a\" \"b\"))) NIL ((\"Shared/\" \"/\"))\r\na1 OK done\r\n",
        "* FLAGS (\\Seen \\Answered)\r\n* 17 EXISTS\r\n* 2 RECENT\r\n* OK [UNSEEN 12] x\r\n* OK [UIDVALIDITY 3857529045] x\r\n* OK [UIDNEXT 4392] x\r\n* OK [PERMANENTFLAGS (\\Deleted \\*)] x\r\na1 OK [READ-ONLY] x\r\n",
        "* STATUS \"INBOX\" (MESSAGES 231 UIDNEXT 44292 UIDVALIDITY 5)\r\na1 OK done\r\n",
        "* SEARCH 2 84 882\r\n* ESEARCH (TAG \"a1\") UID ALL 1,3:5,9\r\na1 OK done\r\n",
        "* 1 FETCH (FLAGS (\\Seen) RFC822.SIZE 25 UID 1 INTERNALDATE \"17-Jul-2026 02:44:25 -0700\")\r\n* 2 FETCH (UID 2 RFC822.SIZE {2}\r\n30)\r\na1 OK done\r\n",
        "* 1 FETCH (UID 1 BODY[]<0> {25}\r\nSubject: x\r\n\r\nabcdefghijk)\r\n* 3 EXISTS\r\na1 OK done\r\n",
        "* 1 FETCH (BODY[HEADER.FIELDS (SUBJECT {3}\r\nabc)]<0> \"x\\\"y\" UID 1)\r\n* 1 EXPUNGE\r\na1 NO [EXPUNGEISSUED] gone\r\n",
        "+ idling\r\n* 5 EXISTS\r\n* BYE [UNAVAILABLE] going down\r\n",
        "a1 NO [AUTHENTICATIONFAILED] wrong\r\n+ eyJzdGF0dXMiOiI0MDAifQ==\r\na1 BAD what\r\n",
    ];

    private static readonly string[] Pieces =
    [
        "{0}\r\n", "{25}\r\n", "{4294967296}\r\n", "{999999999999999999999}\r\n", "{-1}\r\n", "{1+}\r\n", "~{3}\r\n", "(", "((((((((((((((((((((((((((((((((((((", ")", "))", "\"", "\\", "\"\"", "NIL", "nil",
        " ", "  ", "\t", "\r", "\n", "\r\n", "\0", "\u00ff", "[", "]", "<", ">", "<9>", "<99999999999999999999>", "*", "+", "a1 OK ", "* ", "* BYE ", "* 4294967295 ", "* 99999999999 ", "BODY[]", "BODY[", "UID ", "FETCH", "0", "-1", "18446744073709551616", ":", ",", "&AAAA-",
    ];

    private static TimeSpan Duration => TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("OPENCLAW_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 20);

    private static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("OPENCLAW_FUZZ_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20_261;

    [Theory]
    [InlineData("KiAxIEZFVENIIChVSUQgMSBCT0RZW108MD4gezI1fQ0KU3ViamVjdDogeA0K")]
    [InlineData("KiBMSVNUICgpIE5JTCAiYQ0K")]
    [InlineData("KiAxIEZFVENIICgiYSB7M30NCmFiYw0K")]
    [InlineData("DQ0KCgpPSyANCg==")]
    [InlineData("KyANCg==")]
    [InlineData("KiANCg==")]
    [InlineData("KiAxIEZFVENIIERZW108MD4gezI1fQ0KU3ViamUrdDogeA0KDQphYmNkZWZnaGlqaykNCiogMyBFWFMNezB9DQoKYTEgT0sgZG9uZQ0K")]
    [InlineData("ezN9DQphYmMNCg==")]
    [InlineData("KiA1IEJZRQ0KKiA1IE9LDQo=")]
    public async Task ReadAsync_FoundOnce_StaysMended(string base64) => await TryAsync(Convert.FromBase64String(base64));

    [Fact]
    [Trait("Category", "Slow")]
    public async Task ReadAsync_MutatedAnswers_AreReadOrRefused()
    {
        var random = new Random(Seed);
        var clock = Stopwatch.StartNew();
        var most = 0L;
        var count = 0;
        for (; clock.Elapsed < Duration / 2; count++)
        {
            var input = Mutate(random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var began = clock.Elapsed;
            try
            {
                await TryAsync(input);
            }
            catch (Exception e)
            {
                Assert.Fail($"{Convert.ToBase64String(input)} (seed {Seed}, {count}): {e}");
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.True(clock.Elapsed - began < TimeSpan.FromSeconds(5), Convert.ToBase64String(input));
        }

        Assert.InRange(most, 0, 16 * 1024 * 1024);
        Assert.InRange(count, 100, int.MaxValue);
    }

    /// <summary>Everything that the client can do, with a server of which nothing can be relied on.</summary>
    [Fact]
    [Trait("Category", "Slow")]
    public async Task Client_ServerSaysAnything_FailsInOrder()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => WorkAsync(new Random(Seed * 100 + worker), clock))));
        Assert.InRange(counts.Sum(), 20, int.MaxValue);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32 * 1024 * 1024);
    }

    [Fact]
    public void Scanner_AnyValues_ComeBackAsTheyWere() => Prop.ForAll(Values(4).ToArbitrary(), value =>
    {
        var text = new StringBuilder("* FETCH ");
        List<ImapLiteral> literals = [];
        Print(value, text, literals);
        var answer = ImapParser.Parse(Encoding.Latin1.GetBytes(text.ToString()), literals);
        return answer.Values.Count == 1 && Same(value, answer.Values[0]);
    }).QuickCheckThrowOnFailure();

    private static async Task<int> WorkAsync(Random random, Stopwatch clock)
    {
        var count = 0;
        await using var server = new ImapServer();
        server.Script = command => Answer(command, random);
        while (clock.Elapsed < Duration / 2)
        {
            count++;
            var endpoint = Endpoint(server) with { Timeouts = new() { Command = TimeSpan.FromMilliseconds(300), Silence = TimeSpan.FromMilliseconds(150), Logout = TimeSpan.FromMilliseconds(20), MinimumRate = 1_000_000 } };
            try
            {
                var run = RunAsync(endpoint);
                if (await Task.WhenAny(run, Task.Delay(TimeSpan.FromSeconds(60), TimeProvider.System)) != run) Assert.Fail($"It hangs (seed {Seed}); last asked: {server.Commands.LastOrDefault()}");
                await run;
            }
            catch (ImapException)
            {
                // told apart
            }
        }

        return count;
    }

    private static string? Answer(string command, Random random)
    {
        lock (random)
        {
            if (random.Next(3) == 0 || command.StartsWith("AUTH", StringComparison.Ordinal) && random.Next(10) != 0) return null;
            var text = Encoding.Latin1.GetString(Mutate(random)).Replace("a1 ", "$ ", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal);
            return text + (random.Next(3) switch { 0 => ImapServer.Cut, 1 => "\r\n$ OK done\r\n", _ => "$ OK done\r\n" });
        }
    }

    private static async Task RunAsync(ImapEndpoint endpoint)
    {
        await using var connection = await OpenAsync(endpoint);
        var none = CancellationToken.None;
        Func<Task>[] steps =
        [
            () => connection.ListAsync(none),
            () => connection.NamespaceAsync(none),
            () => connection.SelectAsync("INBOX", readOnly: false, none),
            () => connection.SearchAsync(3, null, none),
            () => connection.FetchAsync([1, 2, 3], none),
            () => connection.HeaderAsync(1, 100, none),
            async () =>
            {
                if (await connection.OpenMailAsync(new(1, 25, null, []), 10) is { } stream) await TextAsync(stream);
            },
            async () =>
            {
                await foreach (var content in connection.ReadMailsAsync([new(1, 25, null, []), new(2, 30, null, [])], 40)) Assert.InRange(content.Bytes.Length, 0, 40);
            },
            () => connection.StatusAsync("Processed", none),
            () => connection.FlagAsync([1], set: true, ["\\Seen"], none),
            () => connection.MoveAsync([1], "Processed", none),
            () => connection.AppendAsync("Sent", [], new MemoryStream(new byte[10]), 10, none),
            () => connection.IdleAsync(TimeSpan.FromMilliseconds(20), none, none),
        ];
        foreach (var step in steps)
        {
            try
            {
                await step();
            }
            catch (ImapException) when (connection.IsUsable)
            {
                // the next may work
            }
        }
    }

    private static async Task TryAsync(byte[] input)
    {
        using var stream = new MemoryStream(input);
        using var reader = new ImapReader(stream, TimeSpan.FromSeconds(1), TimeProvider.System);
        using var window = new ImapWindow(64);
        try
        {
            while (true)
            {
                window.Clear();
                var answer = await reader.ReadAsync(window, CancellationToken.None);
                FetchItems.Of(answer);
                Assert.InRange(window.Content.Length, 0, 64);
                Assert.Equal(answer.Name is "OK" or "NO" or "BAD" or "BYE" or "PREAUTH", answer.Reply is not null);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            // told apart
        }
    }

    private static byte[] Mutate(Random random)
    {
        var text = new List<byte>(Encoding.Latin1.GetBytes(Answers[random.Next(Answers.Length)]));
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var at = random.Next(text.Count + 1);
            var length = Math.Min(random.Next(1, 12), text.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    text.RemoveRange(at, length);
                    break;
                case 1:
                    text.InsertRange(at, text.GetRange(at, length));
                    break;
                case 2 or 3:
                    text.InsertRange(at, Encoding.Latin1.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 4 when at < text.Count:
                    text[at] = (byte)random.Next(256);
                    break;
                default:
                    text.InsertRange(at, Encoding.Latin1.GetBytes(Answers[random.Next(Answers.Length)]));
                    break;
            }

            if (random.Next(400) == 0) text.InsertRange(Math.Min(at, text.Count), Enumerable.Repeat((byte)"(a\" {"[random.Next(5)], random.Next(200_000)));
        }

        return [.. text];
    }

    private static Gen<object> Values(int depth)
    {
        var atom = Gen.Elements("UID", "FLAGS", "\\Seen", "12", "BODY[HEADER.FIELDS (A B)]<0>", "a.b-c").Select(a => (object)a);
        var nil = Gen.Constant<object>(DBNull.Value);
        var text = ArbMap.Default.GeneratorFor<string>().Select(t => (object)new StringBuilder(new string([.. (t ?? "").Where(c => c < 128)])));
        if (depth == 0) return Gen.OneOf(atom, nil, text);
        return Gen.OneOf(atom, nil, text, Values(depth - 1).ListOf(3).Select(l => (object)l.ToArray()));
    }

    private static void Print(object value, StringBuilder text, List<ImapLiteral> literals)
    {
        switch (value)
        {
            case StringBuilder builder when builder.ToString().AsSpan().ContainsAny('\r', '\n', '\0') || builder.Length % 2 == 0:
                literals.Add(new(text.Length, Encoding.UTF8.GetBytes(builder.ToString())));
                break;
            case StringBuilder builder:
                text.Append('"').Append(builder.ToString().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
                break;
            case object[] items:
                text.Append('(');
                for (var i = 0; i < items.Length; i++)
                {
                    if (i > 0) text.Append(' ');
                    Print(items[i], text, literals);
                }

                text.Append(')');
                break;
            default:
                text.Append(value is DBNull ? "NIL" : value);
                break;
        }
    }

    private static bool Same(object value, ImapValue parsed) => value switch
    {
        DBNull => parsed == ImapValue.Nil,
        object[] items => parsed.IsList && parsed.Items.Count == items.Length && items.Zip(parsed.Items).All(p => Same(p.First, p.Second)),
        _ => parsed.Text == value.ToString(),
    };
}
