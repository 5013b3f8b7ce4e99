using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Shapes;

namespace OpenClaw.FakePlatforms.Discord.Rest;

/// <summary>The first word on an interaction, and what follows within its fifteen minutes.</summary>
internal sealed class InteractionRoutes(DiscordWorld world, MessageShapes shapes)
{
    private const string Original = "/webhooks/{webhook_id}/{webhook_token}/messages/@original";
    private const string FollowUp = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}";

    private static readonly BucketRule Rule = BucketRule.Of("follow-ups", 5, 2);

    public IEnumerable<RestRoute> Routes =>
    [
        new("POST", "/interactions/{interaction_id}/{interaction_token}/callback", null, Answer) { NeedsBot = false, IsGlobal = false },
        new("POST", "/webhooks/{webhook_id}/{webhook_token}", Rule, call => Of(call, i => Follow(call, i))) { NeedsBot = false, IsGlobal = false },
        new("GET", Original, Rule, call => AtOriginal(call, (_, m) => Ok(call, m))) { NeedsBot = false, IsGlobal = false },
        new("PATCH", Original, Rule, call => AtOriginal(call, (_, m) => Edit(call, m))) { NeedsBot = false, IsGlobal = false },
        new("DELETE", Original, Rule, call => AtOriginal(call, Delete)) { NeedsBot = false, IsGlobal = false },
        new("GET", FollowUp, Rule, call => AtFollowUp(call, (_, m) => Ok(call, m))) { NeedsBot = false, IsGlobal = false },
        new("PATCH", FollowUp, Rule, call => AtFollowUp(call, (_, m) => Edit(call, m))) { NeedsBot = false, IsGlobal = false },
        new("DELETE", FollowUp, Rule, call => AtFollowUp(call, Delete)) { NeedsBot = false, IsGlobal = false },
    ];

    private RestAnswer Answer(RestCall call)
    {
        var now = world.Time.GetUtcNow();
        if (world.Interaction(call.Route["interaction_token"]) is not { } interaction || interaction.Id != call.Route["interaction_id"]) return Refusals.UnknownInteraction;
        if (interaction.Answered is not null) return Refusals.AlreadyAcknowledged;
        if (now - interaction.CreatedAt > DiscordInteraction.FirstWord) return Refusals.UnknownInteraction;
        var type = (int?)call.Fields["type"];
        if (type is 6 or 7 && interaction.Source is null) return RestAnswer.Invalid("type", "INTERACTION_CALLBACK_TYPE_INVALID", "A command has no message that could change");
        if (type is not (4 or 5 or 6 or 7)) return RestAnswer.Error(501, 0, $"This fake does not play interaction callbacks of type {type}.");
        var data = call.Fields["data"] as JsonObject ?? [];
        if (type == 4 && Drafts.Read(data, "data", call.Files, out var draft) is var refusal)
        {
            if (refusal is not null) return refusal;
            interaction.Original = Send(interaction, draft! with { Type = interaction.Type == 2 ? 20 : 0 });
        }

        if (type == 5) interaction.Original = Send(interaction, new() { Flags = DiscordMessage.Loading | (((int?)data["flags"] ?? 0) & DiscordMessage.Ephemeral), Type = interaction.Type == 2 ? 20 : 0 });
        if (type is 6 or 7) interaction.Original = interaction.Source;
        if (type == 7 && Drafts.Edit(world, interaction.Source!, Inside(call, data)) is { } bad) return bad;
        (interaction.Answered, interaction.AnsweredAt) = (type, now);
        world.Changes.Raise();
        return call.Query["with_response"] == "true" ? WithResponse(interaction, type.Value) : RestAnswer.NoContent;
    }

    private static RestCall Inside(RestCall call, JsonObject data) => call with { Body = System.Text.Json.JsonSerializer.SerializeToElement(data) };

    private RestAnswer WithResponse(DiscordInteraction interaction, int type)
    {
        JsonObject about = new() { ["id"] = interaction.Id, ["type"] = interaction.Type };
        if (interaction.Original is { } original)
        {
            about["response_message_id"] = original.Id;
            about["response_message_loading"] = original.IsLoading;
            about["response_message_ephemeral"] = original.IsEphemeral;
        }

        JsonObject body = new() { ["interaction"] = about };
        if (interaction.Original is { } made && type is 4 or 7) body["resource"] = new JsonObject { ["type"] = type, ["message"] = shapes.Message(made, interaction.Bot, content: true) };
        return RestAnswer.Ok(body);
    }

    private DiscordMessage Send(DiscordInteraction interaction, MessageDraft draft) =>
        world.Send(interaction.Bot.User, interaction.Channel, draft with { Interaction = interaction });

    private RestAnswer Of(RestCall call, Func<DiscordInteraction, RestAnswer> answer)
    {
        if (world.Interaction(call.Route["webhook_token"]) is not { } interaction || interaction.Bot.Id != call.Route["webhook_id"]) return Refusals.UnknownWebhook;
        if (world.Time.GetUtcNow() - interaction.CreatedAt > DiscordInteraction.TokenLife) return Refusals.InvalidWebhookToken;
        // before its first word there is no webhook
        return interaction.Answered is null ? Refusals.UnknownWebhook : answer(interaction);
    }

    private RestAnswer AtOriginal(RestCall call, Func<DiscordInteraction, DiscordMessage, RestAnswer> answer) =>
        Of(call, i => i.Original is { IsDeleted: false } message ? answer(i, message) : Refusals.UnknownMessage);

    private RestAnswer AtFollowUp(RestCall call, Func<DiscordInteraction, DiscordMessage, RestAnswer> answer) =>
        Of(call, i => i.FollowUps.Append(i.Original).FirstOrDefault(m => m is { IsDeleted: false } && m.Id == call.Route["message_id"]) is { } message
            ? answer(i, message)
            : Refusals.UnknownMessage);

    private RestAnswer Follow(RestCall call, DiscordInteraction interaction)
    {
        if (Drafts.Read(call.Fields, "", call.Files, out var draft) is { } bad) return bad;
        // the first word after "is thinking" takes its place
        if (interaction.Original is { IsLoading: true, IsDeleted: false } thinking) return Edit(call, thinking);
        var message = Send(interaction, draft!);
        interaction.FollowUps.Add(message);
        return Ok(call, message);
    }

    private RestAnswer Ok(RestCall call, DiscordMessage message) =>
        RestAnswer.Ok(shapes.Message(message, world.Interaction(call.Route["webhook_token"])!.Bot, content: true));

    private RestAnswer Edit(RestCall call, DiscordMessage message) => Drafts.Edit(world, message, call) ?? Ok(call, message);

    private RestAnswer Delete(DiscordInteraction interaction, DiscordMessage message)
    {
        interaction.FollowUps.Remove(message);
        world.Delete(message);
        return RestAnswer.NoContent;
    }
}
