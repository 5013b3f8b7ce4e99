using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>An account: a person's or a bot's.</summary>
internal sealed record FakeUser(long Id, string FirstName)
{
    public string? LastName { get; init; }

    /// <summary>Without the @.</summary>
    public string? Username { get; init; }

    public string? LanguageCode { get; init; }

    public bool IsBot { get; init; }

    public JsonObject Json()
    {
        JsonObject json = new() { ["id"] = Id, ["is_bot"] = IsBot, ["first_name"] = FirstName };
        if (LastName is not null) json["last_name"] = LastName;
        if (Username is not null) json["username"] = Username;
        if (LanguageCode is not null) json["language_code"] = LanguageCode;
        return json;
    }
}
