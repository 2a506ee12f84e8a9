/* The fields of tlsdiag, and how the results of a frame become tree items, expert infos and text in the Info column.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "results.h"

#include <epan/expert.h>
#include <epan/tap.h>

#include "prefs.h"
#include "session.h"

static int proto_tlsdiag = -1;
static int expert_protocol = -1;
static int expert_tap = -1;
static bool interactive;
static enum { NOT_ASKED, LOOKED_AT, OVERLOOKED } answers[2]; /* for each pass */

static int hf_problem = -1;
static int hf_note = -1;
static int hf_id = -1;
static int hf_severity = -1;
static int hf_certainty = -1;
static int hf_side = -1;
static int hf_detail = -1;
static int hf_remedy = -1;
static int hf_evidence = -1;
static int hf_hint = -1;
static int hf_verdict = -1;
static int hf_outcome = -1;
static int hf_cause = -1;
static int hf_conversation = -1;
static int hf_sni = -1;
static int hf_version = -1;
static int hf_cipher = -1;
static int hf_seconds = -1;
static int hf_client_auth = -1;
static int hf_ca_list_count = -1;
static int hf_ca_list_bytes = -1;
static int hf_chain_missing_issuer = -1;
static int hf_chain_aia = -1;

static int ett_tlsdiag = -1;
static int ett_finding = -1;
static int ett_verdict = -1;

static const tlsdiag_diagnosis *catalogue;
static expert_field *ei_diagnoses; /* one for each diagnosis, in catalogue order */

/* ---- Registration ---- */

static void register_fields(void)
{
    static hf_register_info hf[] = {
        {&hf_problem, {"Problem", "tlsdiag.problem", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_note, {"Note", "tlsdiag.note", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_id, {"Diagnosis", "tlsdiag.id", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_severity, {"Severity", "tlsdiag.severity", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_certainty, {"Certainty", "tlsdiag.certainty", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_side, {"Side at fault", "tlsdiag.side", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_detail, {"Detail", "tlsdiag.detail", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_remedy, {"Remedy", "tlsdiag.remedy", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_evidence, {"Evidence", "tlsdiag.evidence", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_hint, {"Hint", "tlsdiag.hint", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_verdict, {"Verdict", "tlsdiag.verdict", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_outcome, {"Outcome", "tlsdiag.outcome", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_cause, {"Cause", "tlsdiag.cause", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_conversation, {"Conversation", "tlsdiag.conversation", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL}},
        {&hf_sni, {"Server name", "tlsdiag.sni", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_version, {"Version", "tlsdiag.version", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_cipher, {"Cipher suite", "tlsdiag.cipher", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_seconds, {"Handshake time", "tlsdiag.seconds", FT_DOUBLE, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_client_auth, {"Client authentication", "tlsdiag.client_auth", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_ca_list_count, {"CA names", "tlsdiag.ca_list.count", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL}},
        {&hf_ca_list_bytes, {"Size of CA names", "tlsdiag.ca_list.bytes", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL}},
        {&hf_chain_missing_issuer,
         {"Missing issuer", "tlsdiag.chain.missing_issuer", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_chain_aia, {"Missing issuer's URL", "tlsdiag.chain.aia", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
    };
    proto_register_field_array(proto_tlsdiag, hf, G_N_ELEMENTS(hf));
}

static bool is_note(const char *severity)
{
    return strcmp(severity, "note") == 0;
}

static int expert_severity(const char *severity)
{
    return is_note(severity) ? PI_NOTE : strcmp(severity, "error") == 0 ? PI_ERROR : PI_WARN;
}

/* Wireshark keeps pointers to all of this until it exits. */
static void register_expert_infos(void)
{
    size_t count;
    catalogue = tlsdiag_catalogue(&count);
    ei_diagnoses = g_new(expert_field, count);
    ei_register_info *ei = g_new0(ei_register_info, count);
    for (size_t i = 0; i < count; i++) {
        const tlsdiag_diagnosis *diagnosis = &catalogue[i];
        const char *kind = is_note(diagnosis->severity) ? "note" : "problem";
        ei_diagnoses[i] = (expert_field)EI_INIT;
        ei[i] = (ei_register_info){&ei_diagnoses[i],
                                   {g_strdup_printf("tlsdiag.%s.%s", kind, diagnosis->id), PI_SECURITY,
                                    expert_severity(diagnosis->severity), diagnosis->title, EXPFILL}};
    }
    expert_register_field_array(expert_register_protocol(proto_tlsdiag), ei, (int)count);
}

void results_register(int protocol)
{
    static int *ett[] = {&ett_tlsdiag, &ett_finding, &ett_verdict};
    proto_tlsdiag = protocol;
    register_fields();
    proto_register_subtree_array(ett, G_N_ELEMENTS(ett));
    register_expert_infos();
}

void results_open(void)
{
    expert_protocol = proto_get_id_by_filter_name("_ws.expert");
    expert_tap = find_tap_id("expert");
    interactive = session_is_interactive();
    answers[0] = answers[1] = NOT_ASKED;
}

/* ---- One frame ---- */

static proto_item *add_text(proto_tree *tree, int hf, tvbuff_t *tvb, const char *text)
{
    if (!text) {
        return NULL;
    }
    proto_item *item = proto_tree_add_string(tree, hf, tvb, 0, 0, text);
    proto_item_set_generated(item);
    return item;
}

static void add_number(proto_tree *tree, int hf, tvbuff_t *tvb, uint32_t number)
{
    proto_item_set_generated(proto_tree_add_uint(tree, hf, tvb, 0, 0, number));
}

static void show_finding(const tlsdiag_finding *finding, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    bool note = is_note(finding->severity);
    const char *title = catalogue[finding->diagnosis].title;
    proto_item *item = add_text(tree, note ? hf_note : hf_problem, tvb, finding->id);
    proto_tree *subtree = proto_item_add_subtree(item, ett_finding);
    expert_add_info_format(pinfo, item, &ei_diagnoses[finding->diagnosis], "%s: %s", title, finding->detail);
    add_text(subtree, hf_id, tvb, finding->id);
    add_text(subtree, hf_severity, tvb, finding->severity);
    add_text(subtree, hf_certainty, tvb, finding->certainty);
    add_text(subtree, hf_side, tvb, finding->side);
    add_text(subtree, hf_detail, tvb, finding->detail);
    add_text(subtree, hf_remedy, tvb, finding->remedy);
    for (size_t i = 0; i < finding->evidence_count; i++) {
        add_number(subtree, hf_evidence, tvb, finding->evidence[i]);
    }
    for (const char *const *hint = finding->hints; *hint; hint++) {
        add_text(subtree, hf_hint, tvb, *hint);
    }
    if (!note && prefs_info_column()) {
        col_append_fstr(pinfo->cinfo, COL_INFO, " [%s]", finding->id);
    }
}

static void show_verdict(const tlsdiag_verdict *verdict, tvbuff_t *tvb, proto_tree *tree)
{
    proto_item *item = add_text(tree, hf_verdict, tvb, verdict->sentence);
    proto_tree *subtree = proto_item_add_subtree(item, ett_verdict);
    add_text(subtree, hf_outcome, tvb, verdict->outcome);
    add_text(subtree, hf_cause, tvb, verdict->cause);
    add_text(subtree, hf_sni, tvb, verdict->sni);
    add_text(subtree, hf_version, tvb, verdict->version);
    add_text(subtree, hf_cipher, tvb, verdict->cipher);
    add_text(subtree, hf_client_auth, tvb, verdict->client_auth);
    if (verdict->seconds >= 0) {
        proto_item_set_generated(proto_tree_add_double(subtree, hf_seconds, tvb, 0, 0, verdict->seconds));
    }
}

static void show_result(const tlsdiag_result *result, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    add_number(tree, hf_conversation, tvb, result->conversation);
    for (size_t i = 0; i < result->finding_count; i++) {
        show_finding(&result->findings[i], tvb, pinfo, tree);
    }
    if (result->verdict) {
        show_verdict(result->verdict, tvb, tree);
    }
    if (result->has_ca_list) {
        add_number(tree, hf_ca_list_count, tvb, result->ca_list_count);
        add_number(tree, hf_ca_list_bytes, tvb, result->ca_list_bytes);
    }
    add_text(tree, hf_chain_missing_issuer, tvb, result->missing_issuer);
    add_text(tree, hf_chain_aia, tvb, result->missing_issuer_aia);
}

/* A frame has nothing to show if all its findings are hidden. */
static bool has_something(const tlsdiag_result *result)
{
    return result->finding_count > 0 || result->verdict || result->has_ca_list || result->missing_issuer;
}

/* Somebody sees it in the tree, in the Info column, or as expert info. */
static bool is_looked_at_now(const packet_info *pinfo, proto_tree *tree)
{
    return pinfo->cinfo || proto_field_is_referenced(tree, proto_tlsdiag) ||
           (expert_protocol != -1 && proto_field_is_referenced(tree, expert_protocol)) || have_tap_listener(expert_tap);
}

/* The Wireshark GUI records the worst expert info while it reads a file. tshark treats all frames of a pass alike, and
 * checking each frame would cost 0.5 % of the total time. */
bool results_are_looked_at(const packet_info *pinfo, proto_tree *tree)
{
    if (interactive) {
        return true;
    }
    unsigned pass = PINFO_FD_VISITED(pinfo) ? 1 : 0;
    if (answers[pass] == NOT_ASKED) {
        answers[pass] = is_looked_at_now(pinfo, tree) ? LOOKED_AT : OVERLOOKED;
    }
    return answers[pass] == LOOKED_AT;
}

void results_frame(tlsdiag_capture *capture, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    if (tlsdiag_shows(capture, pinfo->num) == TLSDIAG_SHOWS_NOTHING) {
        return;
    }
    const tlsdiag_result *results;
    size_t count = tlsdiag_results(capture, pinfo->num, &results);
    proto_tree *subtree = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!has_something(&results[i])) {
            continue;
        }
        if (!subtree) {
            proto_item *item = proto_tree_add_item(tree, proto_tlsdiag, tvb, 0, 0, ENC_NA);
            proto_item_set_generated(item);
            subtree = proto_item_add_subtree(item, ett_tlsdiag);
        }
        show_result(&results[i], tvb, pinfo, subtree);
    }
}

bool results_has_problem(tlsdiag_capture *capture, uint32_t frame)
{
    if (tlsdiag_shows(capture, frame) < TLSDIAG_SHOWS_FINDINGS) {
        return false;
    }
    const tlsdiag_result *results;
    size_t count = tlsdiag_results(capture, frame, &results);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < results[i].finding_count; j++) {
            if (!is_note(results[i].findings[j].severity)) {
                return true;
            }
        }
    }
    return false;
}
