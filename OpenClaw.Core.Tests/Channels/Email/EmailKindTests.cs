using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Channels.Email;

namespace OpenClaw.Core.Tests.Channels.Email;

/// <summary>The kind email in configuration.</summary>
public sealed class EmailKindTests
{
    private const string Good = """ "address":"support@example.com","imapHost":"imap.example.com","smtpHost":"smtp.example.com" """;
    private static readonly EmailKind Kind = new(null!);

    [Theory]
    [InlineData("", "")]
    [InlineData(""","scopes":["a","b"],"imapPort":993""", "")]
    [InlineData(""","scopes":"a b" """, "")]
    [InlineData(""","auth":"oauth2","tokenUrl":"https://login.example.com/token","clientId":"1","scopes":"a b" """, "")]
    [InlineData(""","auth":"oauth2","tokenUrl":"http://127.0.0.1:9/token","clientId":"1" """, "")]
    [InlineData(""","auth":"oauth2","tokenUrl":"http://keycloak:8080/token","clientId":"1" """, "")]
    [InlineData(""","auth":"oauth2","tokenUrl":"http://login.example.com/token","clientId":"1" """, "settings.tokenUrl")]
    [InlineData(""","auth":"oauth2","tokenUrl":"https://me:pw@login.example.com/token","clientId":"1" """, "settings.tokenUrl")]
    [InlineData(""","auth":"oauth2","clientId":"1" """, "settings.tokenUrl")]
    [InlineData(""","auth":"oauth2","tokenUrl":"https://login.example.com/token" """, "settings.clientId")]
    [InlineData(""","scopes":7""", "")] // it belongs to OAuth
    [InlineData(""","auth":"oauth2","tokenUrl":"https://x.example/t","clientId":"1","scopes":7""", "settings.scopes")]
    [InlineData(""","address":"Support <support@example.com>" """, "settings.address")]
    [InlineData(""","address":"a@b\r\nRCPT TO:<c@d>" """, "settings.address")]
    [InlineData(""","imapHost":"imap.example.com:993" """, "settings.imapHost")]
    [InlineData(""","smtpHost":"https://smtp.example.com" """, "settings.smtpHost")]
    [InlineData(""","imapHost":"::1","smtpHost":"127.0.0.1" """, "")]
    [InlineData(""","imapPort":0""", "settings.imapPort")]
    [InlineData(""","smtpPort":65536""", "settings.smtpPort")]
    [InlineData(""","smtpSecurity":"ssl" """, "settings.smtpSecurity")]
    [InlineData(""","mailbox":"Support\nA1 LOGOUT" """, "settings.mailbox")]
    [InlineData(""","mailbox":"Support","processedFolder":"support" """, "settings.processedFolder")]
    [InlineData(""","displayName":"A\r\nBcc: x@y.z" """, "settings.displayName")]
    [InlineData(""","user":"a\u0000b" """, "settings.user")]
    [InlineData(""","replyTo":"list" """, "settings.replyTo")]
    public void Settings_AreChecked(string more, string fields)
    {
        var settings = JsonElement.Parse("{" + Good.Replace("}", "", StringComparison.Ordinal) + more + "}");
        var errors = new FieldErrors();
        SettingsCheck.Check(settings, Kind.Settings, "settings", closed: true, errors);
        string[] found = errors.Any ? [.. errors.ToDictionary().Keys] : [.. Kind.Validate(settings).Select(f => f.Field)];
        Assert.Equal(fields, string.Join(' ', found));
    }

    [Fact]
    public void Settings_HaveTheContractsNamesAndDefaults()
    {
        var defaults = Kind.Settings.ToDictionary(s => s.Name, s => s.Default, StringComparer.Ordinal);
        string[] contract =
        [
            "address", "displayName", "imapHost", "imapPort", "imapSecurity", "smtpHost", "smtpPort", "smtpSecurity", "user", "auth", "tokenUrl", "clientId", "scopes", "grant", "mailbox",
            "pollSeconds", "replyTo", "requestDsn", "acceptInvalidCertificates",
        ];
        Assert.All(contract, name => Assert.True(defaults.ContainsKey(name), name));
        Assert.Equal(("\"INBOX\"", "60", "true", "false"), (defaults["mailbox"], defaults["pollSeconds"], defaults["requestDsn"], defaults["acceptInvalidCertificates"]));
        Assert.Equal(["password", "clientSecret", "refreshToken"], Kind.Secrets);
    }

    [Fact]
    public void Defaults_OfTheSpecs_AreThoseThatAreRead()
    {
        var filled = SettingsCheck.Fill([], Kind.Settings).ToJsonString();
        Assert.Equal(EmailSettings.Read(JsonElement.Parse("{}")), EmailSettings.Read(JsonElement.Parse(filled)));
    }

    [Theory]
    [InlineData("tls", 993, 465)]
    [InlineData("starttls", 143, 587)]
    [InlineData("none", 143, 587)]
    public void Ports_WhereNoneAreSet_FollowTheEncryption(string security, int imap, int smtp)
    {
        var read = EmailSettings.Read(JsonElement.Parse($$"""{"imapSecurity":"{{security}}","smtpSecurity":"{{security}}"}"""));
        Assert.Equal((imap, smtp), (read.Imap.Port, read.Smtp.Port));
    }

    [Theory]
    [InlineData("""{"address":"A@Example.com","imapHost":"IMAP.example.com"}""", "a@example.com/inbox")]
    [InlineData("""{"address":"a@example.com","imapHost":"127.0.0.1","imapPort":1143,"mailbox":"inbox"}""", "a@example.com/inbox")]
    [InlineData("""{"address":"a@example.com","user":"me","imapHost":"imap.example.com","imapPort":10143,"mailbox":"Support"}""", "me@imap.example.com:10143/support")]
    [InlineData("""{"imapHost":"imap.example.com"}""", null)]
    public void AccountOf_IsTheMailbox(string settings, string? account) => Assert.Equal(account, Kind.AccountOf(JsonElement.Parse(settings), new Dictionary<string, string>(StringComparer.Ordinal)));

    [Theory]
    [InlineData("correct horse battery", true)]
    [InlineData("  ", false)]
    [InlineData("two\nlines", false)]
    public void CheckSecret_NeverSaysTheValue(string value, bool isFine)
    {
        var said = Kind.CheckSecret("password", value);
        Assert.Equal(isFine, said is null);
        if (said is not null) Assert.DoesNotContain(value, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "password")]
    [InlineData("""{"auth":"oauth2"}""", "refreshToken")]
    [InlineData("""{"auth":"oauth2","grant":"client_credentials"}""", "clientSecret")]
    public void Secrets_NeededOnes_FollowTheSignIn(string settings, string needed) =>
        Assert.Equal([needed], Kind.Secrets.Where(s => Kind.UseOf(s, JsonElement.Parse(settings)) == SecretUse.Required));

    [Fact]
    public void Words_ForTheWizard_AreThere()
    {
        Assert.All(Kind.Settings, s => Assert.False(string.IsNullOrWhiteSpace(s.Label) || string.IsNullOrWhiteSpace(s.Help), s.Name));
        Assert.All(Kind.Secrets, s => Assert.NotNull(Kind.DescribeSecret(s)));
        Assert.NotEmpty(Kind.Summary);
        Assert.All(Kind.Settings.Where(s => s.Choices.Contains("none")), s => Assert.Contains("everybody on the way", s.Help, StringComparison.Ordinal));
    }

    /// <summary>A preset with an address is a channel that could be saved.</summary>
    [Fact]
    public void Presets_AreGoodSettings()
    {
        Assert.NotEmpty(Kind.Presets);
        foreach (var preset in Kind.Presets)
        {
            var values = System.Text.Json.Nodes.JsonNode.Parse(preset.Settings)!.AsObject();
            foreach (var none in values.Where(v => v.Value is null).Select(v => v.Key).ToList()) values.Remove(none);
            (values["address"], values["clientId"]) = ("support@example.com", "1");
            var errors = new FieldErrors();
            SettingsCheck.Check(JsonElement.Parse(values.ToJsonString()), Kind.Settings, "settings", closed: true, errors);
            Assert.False(errors.Any);
            Assert.Empty(Kind.Validate(JsonElement.Parse(values.ToJsonString())));
        }
    }
}
