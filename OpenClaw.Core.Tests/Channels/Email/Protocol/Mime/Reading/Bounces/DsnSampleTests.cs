using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Bounces;
using Xunit.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading.Bounces;

/// <summary>24 reports of real servers against what another parser of bounces expects of each: status, reply code, hard or soft.</summary>
public sealed class DsnSampleTests(ITestOutputHelper output)
{
    [SharedDataFact("dsn")]
    public async Task Read_Samples_AtLeast22Right()
    {
        using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(SharedData.Find("dsn")!, "expected.json")));
        var right = 0;
        var all = 0;
        foreach (var sample in expected.RootElement.EnumerateObject())
        {
            var theirs = string.Join(' ', sample.Value.GetProperty("expected").EnumerateArray().Select(Theirs));
            List<string> ours = [];
            foreach (var mail in Mails(await File.ReadAllBytesAsync(Path.Combine(SharedData.Find("dsn")!, sample.Name)))) ours.AddRange(Ours(await ReadReport.FromAsync(new MemoryStream(mail))));
            all++;
            if (theirs == string.Join(' ', ours)) right++;
            else output.WriteLine($"{sample.Name}: they {theirs} | we {string.Join(' ', ours)}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{right} of {all} right"));
        Assert.True(right >= 22, $"{right} of {all} right");
    }

    private static string Theirs(JsonElement e) => Word(e.GetProperty("dsn").GetString(), e.GetProperty("replycode").GetString(), e.GetProperty("hardbounce").GetBoolean());

    private static IEnumerable<string> Ours(MailReport report) =>
        report.Kind is MailReportKind.None or MailReportKind.AutoReply or MailReportKind.Feedback
            ? [Word("", "", false)]
            : report.Recipients.Select(r => Word(r.Status, r.SmtpCode?.ToString(CultureInfo.InvariantCulture), r.Kind == BounceKind.Hard));

    private static string Word(string? status, string? code, bool hard) => $"{status}/{code}/{(hard ? "hard" : "soft")}";

    /// <summary>One of the files holds two mails.</summary>
    private static IEnumerable<byte[]> Mails(byte[] file) =>
        Encoding.Latin1.GetString(file).Split("\nFrom MAILER-DAEMON ").Select((m, i) => Encoding.Latin1.GetBytes(i == 0 ? m : "From MAILER-DAEMON " + m));
}

internal static class ReadReport
{
    public static async Task<MailReport> FromAsync(Stream source)
    {
        using MailReader reader = new(source, MailLimits.Default);
        return (await MailReports.ReadAsync(reader, MailLimits.Default, CancellationToken.None)).Report;
    }

    public static Task<MailReport> FromAsync(string mail) => FromAsync(new MemoryStream(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"))));
}
