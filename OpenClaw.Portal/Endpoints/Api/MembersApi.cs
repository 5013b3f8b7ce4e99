using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/members</c>: people in the tenant, and those who are invited into it.</summary>
internal static class MembersApi
{
    private const string What = "member or open invitation";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/members", ListAsync).Listed<Page<MemberView>>("Lists members and open invitations, newest first").Narrowed("text");
        api.MapPost("/members", InviteAsync).Taking<InvitationBody>("email", "role").Makes<MemberView>("Invites somebody; the link is shown in this answer only");
        api.MapGet("/members/{id:guid}", GetAsync).Gives<MemberView>("Gets a member or an open invitation");
        api.MapPatch("/members/{id:guid}", PatchAsync).Taking<MemberBody>().Gives<MemberView>("Gives a member another role").MayFail(StatusCodes.Status409Conflict);
        api.MapDelete("/members/{id:guid}", DeleteAsync).Removes("Removes a member, or takes an invitation back").MayFail(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ListAsync(HttpContext http, MemberQueries members, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await members.ListAsync(http.Caller(), ApiAnswers.Page(http), ApiAnswers.Text(http, "text"), cancellationToken));

    private static async Task<IResult> InviteAsync(HttpContext http, Invites invites, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadAsync<InvitationBody>(http);
        var (result, invite) = await invites.CreateAsync(http.Caller(), new(body.Email, body.Role, body.Days), cancellationToken);
        if (invite is null) return ApiProblems.From(result, What);
        var view = MemberView.Of(invite.Invitation);
        return ApiAnswers.Created(http, view, view.Id, state: view with { Link = null });
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, MemberQueries members, CancellationToken cancellationToken) =>
        await members.GetAsync(http.Caller(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, Guid id, MemberQueries members, ChangeMember change, CancellationToken cancellationToken)
    {
        if (await members.GetAsync(http.Caller(), id, cancellationToken) is not { } present) return ApiProblems.NotFound(What);
        if (!ApiAnswers.Matches(http, present)) return ApiProblems.Stale();
        var body = await ApiBody.ReadAsync<MemberBody>(http);
        if (present.State == MemberView.Invited) return ApiProblems.Of(StatusCodes.Status409Conflict, "An invitation keeps its role. Delete it and invite anew.");
        var result = await change.SetRoleAsync(http.Caller(), id, body.Role ?? present.Role, cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Guid id, MemberQueries members, ChangeMember change, Invitations invitations, CancellationToken cancellationToken)
    {
        if (await members.GetAsync(http.Caller(), id, cancellationToken) is not { } present) return ApiProblems.NotFound(What);
        if (!ApiAnswers.Matches(http, present)) return ApiProblems.Stale();
        if (present.State == MemberView.Invited)
        {
            var revoked = await invitations.RevokeAsync(http.Caller(), id, cancellationToken);
            return revoked.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(revoked, What);
        }
        var result = await change.RemoveAsync(http.Caller(), id, cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }
}
