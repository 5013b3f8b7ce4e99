using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;
using Xunit.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading.Fuzz;

/// <summary>
/// Mutated mails: none may throw anything but a limit, hang, or cost much memory, and the pieces in which one comes may not matter. Runs for
/// OPENCLAW_FUZZ_SECONDS (20); OPENCLAW_FUZZ_SEED for other mutations (without it they are always the same: a build fails for its own faults only). What
/// fails is written to TestResults/fuzz beside the
/// tests; made small, and in words of our own, it goes into Fuzz/Cases or into the tests of what was wrong.
/// </summary>
public sealed class MimeFuzzTests(ITestOutputHelper output)
{
    private const int MostBytes = 200_000;
    private const long MostAllocated = 256L * 1024 * 1024;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Read_MutatedMails_NothingButLimits()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("OPENCLAW_FUZZ_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 20261123;
        var seconds = int.TryParse(Environment.GetEnvironmentVariable("OPENCLAW_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var asked) ? asked : 20;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {seconds} s"));
        MimeMutator mutator = new(new(seed), Seeds());
        var start = Stopwatch.GetTimestamp();
        var runs = 0;
        var failures = new List<string>();
        for (; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds && failures.Count < 5; runs++)
        {
            var input = mutator.Next(MostBytes);
            if (await FaultAsync(input, mutator.Chance.Next()) is { } fault) failures.Add($"{fault} ({Keep(input, seed, runs)})");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs} mails"));
        Assert.True(failures.Count == 0, $"seed {seed}: {string.Join("; ", failures)}");
    }

    [Fact]
    public async Task Read_CasesThatFailedOnce_NothingButLimits()
    {
        var folder = CasesFolder();
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (await FaultAsync(await File.ReadAllBytesAsync(file), 1) is { } fault) Assert.Fail($"{Path.GetFileName(file)}: {fault}");
        }
    }

    /// <summary>What is wrong with the reading of these bytes; null when nothing is.</summary>
    private static async Task<string?> FaultAsync(byte[] input, int chance)
    {
        var work = Task.Run(async () =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                await MimeTargets.RunAsync(input, chance);
            }
            catch (MailLimitException)
            {
                return null;
            }
            catch (Exception e)
            {
                return e.ToString();
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            return allocated > MostAllocated ? string.Create(CultureInfo.InvariantCulture, $"{allocated} bytes allocated") : null;
        });
        try
        {
            return await work.WaitAsync(Hang);
        }
        catch (TimeoutException)
        {
            return "it hangs";
        }
    }

    private static List<byte[]> Seeds()
    {
        List<byte[]> seeds = [.. MailSamples.All.Select(MailSamples.Bytes)];
        foreach (var file in SharedData.Mails("mime-corpus").Concat(SharedData.Mails("dsn"))) seeds.Add(File.ReadAllBytes(file));
        return seeds;
    }

    private static string Keep(byte[] input, int seed, int run)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "TestResults", "fuzz");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"mime-{seed}-{run}.eml"));
        File.WriteAllBytes(path, input);
        return path;
    }

    private static string CasesFolder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Cases");
}

/// <summary>Changes mails as accidents and enemies do.</summary>
internal sealed class MimeMutator(Random chance, IReadOnlyList<byte[]> seeds)
{
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "\r\n", "\n", "\r", "\r\n\r\n", "\0", " ", "\t", "--", "--b\r\n", "--b--\r\n", "--outer\r\n", "--inner--\r\n", "=?utf-8?B?", "=?utf-8?Q?", "?=", "=?iso-2022-jp?B?GyRC?=", "=?utf-7?Q?+", "=", "==", "=\r\n", "=ZZ", "=0D=0A", ";", ":", ",", "\"", "\\", "<", ">", "(", ")", "[", "@", "*0*=", "*1=", "*=utf-8''%", "''", "%FF",
            "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: multipart/digest; boundary=b\r\n", "Content-Type: message/rfc822\r\n", "Content-Disposition: inline\r\n", "Content-Type: text/html; charset=", "Content-Type: text/plain; format=flowed; delsp=yes\r\n", "Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: quoted-printable\r\n", "Content-Transfer-Encoding: x-uuencode\r\n", "charset=utf-7", "charset=utf-16", "charset=utf-32", "charset=iso-2022-jp", "charset=iso-2022-kr", "charset=hz-gb-2312", "charset=gb18030", "charset=ks_c_5601-1987", "charset=cp9999", "begin 644 x\r\n", "end\r\n",
            "<blockquote>", "</blockquote>", "<table><tr><td>", "<div style='display:none'>", "<!--", "<script>", "&#x110000;", "&", "On 1 Jan 2024, a@b.c wrote:\r\n", "> ", "-- \r\n", "Final-Recipient: rfc822; a@b.c\r\n", "Status: 5.1.1\r\n", "Diagnostic-Code: smtp; 550 ", "Content-Type: message/delivery-status\r\n", "Content-Type: multipart/report; boundary=b\r\n", "From: MAILER-DAEMON@x.y\r\nReturn-Path: <>\r\n", "Date: 99 Xxx 99999 99:99:99 +9999\r\n",
        }.Select(Encoding.UTF8.GetBytes), [0xFF, 0xFE], [0xC3], [0xE2, 0x82], [0x1B, 0x24, 0x42], [0x0E, 0x21], [0xF0, 0x9F, 0x98],
    ];

    public Random Chance => chance;

    public byte[] Next(int most)
    {
        List<byte> mail = [.. seeds[chance.Next(seeds.Count)].Take(most)];
        for (var i = chance.Next(1, 12); i > 0; i--) Mutate(mail, most);
        return [.. mail.Take(most)];
    }

    private void Mutate(List<byte> mail, int most)
    {
        // most of what matters stands in the first few thousand bytes
        var at = chance.Next(chance.Next(2) == 0 ? Math.Min(mail.Count, 3000) + 1 : mail.Count + 1);
        var length = Math.Min(mail.Count - at, chance.Next(1, 200));
        switch (chance.Next(8))
        {
            case 0 when at < mail.Count:
                mail[at] = (byte)chance.Next(256);
                break;
            case 1:
                mail.RemoveRange(at, length);
                break;
            case 2:
                mail.InsertRange(chance.Next(mail.Count + 1), mail.GetRange(at, length));
                break;
            case 3:
                var token = Tokens[chance.Next(Tokens.Length)];
                var times = chance.Next(10) == 0 ? chance.Next(1, 2000) : 1;
                for (var i = 0; i < times && mail.Count + token.Length < most; i++) mail.InsertRange(at, token);
                break;
            case 4:
                var other = seeds[chance.Next(seeds.Count)];
                var from = chance.Next(other.Length);
                mail.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, chance.Next(1, 2000))).ToArray());
                break;
            case 5 when chance.Next(4) == 0:
                mail.RemoveRange(at, mail.Count - at);
                break;
            case 6 when at < mail.Count:
                mail[at] ^= (byte)(1 << chance.Next(8));
                break;
            default:
                mail.InsertRange(at, Tokens[chance.Next(Tokens.Length)]);
                break;
        }
    }
}
