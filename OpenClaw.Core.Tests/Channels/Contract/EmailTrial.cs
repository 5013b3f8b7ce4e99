using System.Text;
using OpenClaw.Core.Tests.Channels.Email.Outbound;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Channels.Email;

namespace OpenClaw.Core.Tests.Channels.Contract;

/// <summary>E-mail keeps the contract of all adapters.</summary>
[Collection(MailServers.Collection)]
public sealed class EmailContractTests(MailServers servers) : ChannelContract
{
    private protected override async Task<ChannelTrial> StartAsync() => await EmailTrial.StartAsync(servers);
}

/// <summary>A mail channel on a real mailbox, which sends by a scripted server, and Ada, who writes in one thread.</summary>
internal sealed class EmailTrial : ChannelTrial
{
    private const string Ada = "ada@example.org";
    private readonly MailServers _servers;
    private readonly MailUser _user;
    private readonly FaultProxy _way;
    private readonly SmtpServer _smtp = new();
    private byte[] _last = [];
    private int _said;

    private EmailTrial(MailServers servers, MailUser user) => (_servers, _user, _way) = (servers, user, new(servers.ImapsPort));

    /// <summary>A reply is one mail, however long.</summary>
    public override int LongestText => 0;

    public override IReadOnlyList<string> Received => [.. _smtp.Mails.Select(m => SentMail.ReadAsync(m.Content).GetAwaiter().GetResult().Text.TrimEnd('\n'))];

    public static async Task<EmailTrial> StartAsync(MailServers servers)
    {
        var user = await servers.CreateUserAsync();
        var road = await PlatformRoad.StartAsync(s => s.AddEmailChannel());
        var trial = new EmailTrial(servers, user) { Road = road };
        trial._smtp.Offers.RemoveAll(o => o.StartsWith("SIZE", StringComparison.Ordinal));
        trial._smtp.Offers.Add("AUTH PLAIN");
        trial._smtp.LetIn.Add($"PLAIN \0{user.Address}\0{user.Password}");
        trial.Channel = road.AddChannel("email", OutPlace.Settings(user.Address, trial._smtp.Port, "none", """{"quoteOriginal":false,"pollSeconds":1}""", trial._way.Port),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["password"] = user.Password });
        await road.ConnectedAsync(trial.Channel);
        return trial;
    }

    public override async Task SayAsync(string text)
    {
        var number = ++_said;
        var thread = number == 1 ? "" : "In-Reply-To: <said-1@example.org>\r\nReferences: <said-1@example.org>\r\n";
        var subject = number == 1 ? "Question" : "Re: Question";
        var content = Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks);
        _last = Encoding.ASCII.GetBytes(
            $"From: Ada <{Ada}>\r\nTo: {_user.Address}\r\nSubject: {subject}\r\nMessage-ID: <said-{number}@example.org>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n{thread}" +
            $"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{content}\r\n");
        await MailServers.DeliverAsync(_user, _last, number);
    }

    public override async Task<bool> SayAgainAsync()
    {
        await MailServers.DeliverAsync(_user, _last);
        return true;
    }

    public override Task CutAsync()
    {
        _way.Cut();
        return Task.CompletedTask;
    }

    /// <summary>Mail servers name no time: this one hangs up on the mail that is too much.</summary>
    public override void LimitNext()
    {
        var isOver = false;
        _smtp.Script = (step, _, _) =>
        {
            if (isOver || step != "MAIL") return null;
            isOver = true;
            return SmtpServer.Cut;
        };
    }

    public override async Task RevokeAsync()
    {
        await _servers.SetPasswordAsync(_user, "another");
        _way.Cut();
    }

    protected override async ValueTask DisposePlatformAsync()
    {
        await _way.DisposeAsync();
        await _smtp.DisposeAsync();
    }
}
