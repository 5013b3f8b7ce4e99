using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>
/// 10,000 mails of 20 KB of as many people wait in a mailbox of a real Dovecot: until all of them are durable messages, and what that takes of memory. Then one
/// mail with a file of 25 MB. A rule drops them, so that no agent is measured.
/// </summary>
internal static class MailArrival
{
    private const int FileBytes = 25 * 1024 * 1024;

    public static async Task<IReadOnlyList<Row>> RunAsync(Bench bench)
    {
        if (!MailServer.IsHere) return [Row.Skipped("mails from a mailbox", "skipped: needs root, Debian's dovecot-imapd, dovecot-lmtpd and postfix")];
        var mails = bench.Options.Quick ? 2_000 : 10_000;
        await using var server = await MailServer.StartAsync(bench.Cancellation);
        var folder = bench.NewFolder();
        var (gateway, _, _) = await bench.StartGatewayAsync(folder);
        var channel = await ChannelAsync(gateway, server);
        await ConnectedAsync(bench, gateway, channel);
        await ArrivesAsync(bench, gateway, channel, folder, server, Enumerable.Range(0, 200).Select(i => Mail("warm", i)).ToList()); // compiled code, pools, caches
        var (seconds, memory) = await ArrivesAsync(bench, gateway, channel, folder, server, Enumerable.Range(0, mails).Select(i => Mail("mail", i)).ToList());
        bench.Say($"  {mails:n0} mails of 20 KB: {mails / seconds:n0}/s, RSS +{memory:n1} MB");
        var (large, room) = await ArrivesAsync(bench, gateway, channel, folder, server, [Large()]);
        bench.Say($"  a file of 25 MB: {large:n1} s, RSS +{room:n1} MB");
        await bench.EndAsync(gateway);
        return
        [
            Row.AtLeast($"{mails:n0} mails of 20 KB that wait in a mailbox", 200, 1_000, "/s", mails / seconds),
            Row.AtMost("the same, memory above idle", 64, 32, " MB", memory),
            Row.AtMost("a mail with a file of 25 MB, memory above idle", 16, 8, " MB", room),
        ];
    }

    /// <summary>Switches the channel off, fills its mailbox, and switches it on: the seconds until all is stored, and the MB that it took at the most.</summary>
    private static async Task<(double Seconds, double Megabytes)> ArrivesAsync(Bench bench, GatewayProcess gateway, Guid channel, string folder, MailServer server, List<byte[]> mails)
    {
        await gateway.Api.PatchAsync($"/api/v1/channels/{channel}", new() { ["enabled"] = false });
        for (var i = 0; i < mails.Count; i++) await server.DeliverAsync(i, mails[i], bench.Cancellation);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, bench.Cancellation);
        var (idle, wanted) = (ProcessFigures.ResidentBytes(gateway.Id), Stored(folder) + mails.Count);
        mails.Clear();
        var start = Stopwatch.GetTimestamp();
        await gateway.Api.PatchAsync($"/api/v1/channels/{channel}", new() { ["enabled"] = true });
        var peak = idle;
        while (Stored(folder) < wanted)
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromMinutes(10)) throw new TimeoutException($"{Stored(folder)} of {wanted} mails are there.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, bench.Cancellation);
            peak = Math.Max(peak, ProcessFigures.ResidentBytes(gateway.Id));
        }

        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (peak - idle) / 1048576.0);
    }

    private static long Stored(string folder)
    {
        using var file = GatewayFile.Open(folder, SqliteOpenMode.ReadOnly);
        return GatewayFile.Count(file, "SELECT count(*) FROM Messages");
    }

    private static async Task<Guid> ChannelAsync(GatewayProcess gateway, MailServer server)
    {
        await gateway.Api.PostAsync("/api/v1/routing-rules", new() { ["name"] = "Drop", ["enabled"] = true, ["match"] = new JsonObject(), ["target"] = new JsonObject { ["drop"] = true } });
        var made = await gateway.Api.PostAsync("/api/v1/channels", new()
        {
            ["kind"] = "email", ["name"] = "Mails",
            ["settings"] = new JsonObject
            {
                ["address"] = MailServer.Address, ["imapHost"] = "localhost", ["imapPort"] = server.ImapsPort, ["smtpHost"] = "localhost", ["smtpPort"] = server.SubmissionsPort,
                ["acceptInvalidCertificates"] = true, ["rateLimitPerUserPerMinute"] = 0,
            },
            ["secrets"] = new JsonObject { ["password"] = MailServer.Password },
        });
        return Guid.Parse(made["id"]!.GetValue<string>());
    }

    private static async Task ConnectedAsync(Bench bench, GatewayProcess gateway, Guid channel)
    {
        for (var tries = 0; ; tries++)
        {
            var status = await gateway.Api.GetAsync($"/api/v1/channels/{channel}/status");
            if (status["connection"]?["state"]?.GetValue<string>() == "connected") return;
            if (tries == 300) throw new TimeoutException($"The channel does not connect: {status.ToJsonString()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, bench.Cancellation);
        }
    }

    private static byte[] Mail(string kind, int number)
    {
        StringBuilder mail = new();
        mail.Append(CultureInfo.InvariantCulture, $"From: Person {number} <person{number}@example.org>\r\nTo: {MailServer.Address}\r\nSubject: {kind} {number}\r\nMessage-ID: <{kind}{number}@example.org>\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
        while (mail.Length < 7_000) mail.Append("Good morning, I have ordered a bicycle three weeks ago; where is it?\r\n");
        mail.Append("--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>");
        while (mail.Length < 20_400) mail.Append("<p style=\"margin:0\">Good morning, I have ordered a bicycle three weeks ago; where is it?</p>\r\n");
        return Encoding.ASCII.GetBytes(mail.Append("</body></html>\r\n--b--\r\n").ToString());
    }

    private static byte[] Large()
    {
        var file = new byte[FileBytes];
        new Random(1).NextBytes(file);
        return Encoding.ASCII.GetBytes("From: ada@example.org\r\nTo: " + MailServer.Address + "\r\nSubject: file\r\nMessage-ID: <large@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + Convert.ToBase64String(file, Base64FormattingOptions.InsertLineBreaks) + "\r\n--b--\r\n");
    }
}
