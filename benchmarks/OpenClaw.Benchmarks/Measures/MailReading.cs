using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// The parser of mails in this process: ordinary mails of 20 KB (header, text, HTML, a small file), and one mail with a file of 25 MB in base64,
/// against SHA-256 and a plain copy of the same bytes.
/// </summary>
internal static class MailReading
{
    private const int Mails = 500;
    private const int FileBytes = 25 * 1024 * 1024;

    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        var (small, large) = (Small(), Large());
        List<double> smallSpeed = [], largeSpeed = [], smallOfHash = [], largeOfHash = [], largeOfCopy = [], allocated = [], peaks = [];
        for (var round = 0; round < bench.Options.Rounds + 1; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var ordinary = await SpeedAsync(small, Mails);
            var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Mails;
            var (speed, peak) = await WatchedAsync(large);
            var hash = Hash(large);
            var smallHash = Hash(small, Mails);
            var copy = await CopyAsync(large);
            if (round == 0) continue; // warms up
            smallSpeed.Add(ordinary);
            largeSpeed.Add(speed);
            allocated.Add(bytes / 1024);
            peaks.Add(peak / 1024.0);
            largeOfHash.Add(speed / hash);
            largeOfCopy.Add(speed / copy);
            smallOfHash.Add(ordinary / smallHash);
            bench.Say($"  20 KB mails {ordinary:n0} MB/s, 25 MB file {speed:n0} MB/s, SHA-256 {hash:n0} MB/s, copy {copy:n0} MB/s; {bytes / 1024:n1} KB per mail, {peak / 1024.0:n0} KB for the file");
        }

        return
        [
            Row.AtLeast("mail, a file of 25 MB in base64", 100, 400, " MB/s", Bench.Median(largeSpeed)),
            Row.AtLeast("the same against SHA-256 of its bytes", 0.2, 1, "x", Bench.Median(largeOfHash)),
            Row.AtLeast("the same against a copy of its bytes, in cache", 0.003, 0.03, "x", Bench.Median(largeOfCopy)),
            Row.AtMost("the same, managed memory", 1024, 256, " KB", Bench.Median(peaks)),
            Row.AtLeast("mails of 20 KB", 20, 60, " MB/s", Bench.Median(smallSpeed)),
            Row.AtLeast("the same against SHA-256 of their bytes", 0.02, 0.1, "x", Bench.Median(smallOfHash)),
            Row.AtMost("mails of 20 KB, allocation per mail", 256, 128, " KB", Bench.Median(allocated)),
        ];
    }

    /// <summary>MB of mail in a second, everything read: header, text, HTML as text is not asked for, files to nowhere.</summary>
    private static async Task<double> SpeedAsync(byte[] mail, int times)
    {
        var start = Stopwatch.GetTimestamp();
        var buffer = new byte[64 * 1024];
        for (var i = 0; i < times; i++) await ReadAsync(mail, buffer, null);
        return mail.Length * (double)times / (1024 * 1024) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<(double Speed, long Peak)> WatchedAsync(byte[] mail)
    {
        var buffer = new byte[64 * 1024];
        var idle = GC.GetTotalMemory(forceFullCollection: true);
        long peak = 0;
        var start = Stopwatch.GetTimestamp();
        await ReadAsync(mail, buffer, () => peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false) - idle));
        return (mail.Length / (1024.0 * 1024) / Stopwatch.GetElapsedTime(start).TotalSeconds, peak);
    }

    private static async Task ReadAsync(byte[] mail, byte[] buffer, Action? watch)
    {
        using MailReader reader = new(new MemoryStream(mail), MailLimits.Default);
        MailBody body = new(MailLimits.Default);
        var header = await reader.ReadHeaderAsync(CancellationToken.None);
        while (await reader.NextPartAsync(CancellationToken.None) is { } part)
        {
            if (await body.TakeAsync(part, CancellationToken.None) == MailPartRole.Text) continue;
            for (var reads = 0; await part.Content.ReadAsync(buffer) > 0; reads++)
            {
                if (reads % 64 == 0) watch?.Invoke();
            }
        }

        watch?.Invoke();
        if (header.From.Count + header.To.Count + header.Subject.Length + body.Text.Length == 0) throw new InvalidOperationException("nothing was read");
    }

    private static double Hash(byte[] mail, int times = 1)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++) SHA256.HashData(mail);
        return mail.Length * (double)times / (1024 * 1024) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> CopyAsync(byte[] mail)
    {
        using MemoryStream source = new(mail);
        var buffer = new byte[64 * 1024];
        var start = Stopwatch.GetTimestamp();
        var sum = 0;
        while (await source.ReadAsync(buffer) is var read and > 0) sum += buffer[read - 1];
        return mail.Length / (1024.0 * 1024) / Stopwatch.GetElapsedTime(start).TotalSeconds + (sum == int.MinValue ? 1 : 0);
    }

    private static byte[] Small()
    {
        var paragraph = "Good morning, I have ordered a green bicycle from your shop three weeks ago and it has still not come; what happened to it? Grüße, Ada=\r\n\r\n".Replace("ü", "=C3=BC", StringComparison.Ordinal).Replace("ß", "=C3=9F", StringComparison.Ordinal);
        StringBuilder mail = new();
        for (var i = 0; i < 12; i++) mail.Append("Received: from mx").Append(i).Append(".example.org (mx.example.org [192.0.2.1])\r\n\tby mx.example.net with ESMTPS id 0123456789abcdef for <shop@example.net>;\r\n\tTue, 5 Mar 2024 10:11:12 +0100 (CET)\r\n");
        mail.Append("From: =?utf-8?Q?Ad=C3=A4?= <ada@example.org>\r\nTo: Shop <shop@example.net>, \"B, C\" <b@example.net>\r\nSubject: =?utf-8?B?R3LDvMOfZQ==?= from Ada\r\nDate: Tue, 5 Mar 2024 10:11:12 +0100\r\nMessage-ID: <one@example.org>\r\nReferences: <a@example.org> <b@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        for (var i = 0; i < 20; i++) mail.Append(paragraph);
        mail.Append("\r\n--inner\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><body>");
        for (var i = 0; i < 40; i++) mail.Append("<p style=3D\"margin:0\">").Append(paragraph).Append("</p>");
        mail.Append("</body></html>\r\n--inner--\r\n--outer\r\nContent-Type: image/png; name=logo.png\r\nContent-Disposition: attachment; filename=logo.png\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        mail.Append(Convert.ToBase64String(new byte[6000], Base64FormattingOptions.InsertLineBreaks)).Append("\r\n--outer--\r\n");
        return Encoding.ASCII.GetBytes(mail.ToString());
    }

    private static byte[] Large()
    {
        var file = new byte[FileBytes];
        new Random(1).NextBytes(file);
        return Encoding.ASCII.GetBytes("From: ada@example.org\r\nSubject: file\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + Convert.ToBase64String(file, Base64FormattingOptions.InsertLineBreaks) + "\r\n--b--\r\n");
    }
}
